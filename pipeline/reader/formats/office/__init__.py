"""What office programs write – Word documents, texts, sheets – and what makes such documents of other kinds of file."""
