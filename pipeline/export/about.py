"""What a reader of the files has to know of each format, in Chinese and in English.

Belongs here: sentences that the dictionary, the descriptor and the workbook's first sheet share.
"""

#: True of every format.
GENERAL = [
    (
        "空值（NULL）表示报告没有载明该数字，绝不是 0；数字一律按报告所印，从不改正，矛盾之处见 quality_issue。",
        "NULL means that the report does not state the number, never 0; numbers are as printed and never corrected: "
        "where they contradict each other, quality_issue says so.",
    ),
    (
        "总计按报告所印：不要把 total 与其所合计的各列相加，也不要把 total_processed 与其各行相加。",
        "Totals are as printed: do not add total to the columns it sums up, nor total_processed to its rows.",
    ),
    (
        "金额以万元计。视图的每个单元格都是导出时算出的值。",
        "Amounts are in 万元 (10,000 CNY). Views are exported as what they gave at the time.",
    ),
]

FORMATS = {
    "parquet": [
        (
            "有 year 列的表按年度分文件夹（表名/year=2024/part-0.parquet），年度只在文件夹名中；没有任何行的表为 "
            "表名/empty.parquet。其余的表各为一个文件，rejected_report 也是：它的行不一定有年度。",
            "Tables with a column year are in folders by year (TABLE/year=2024/part-0.parquet), and the year is in "
            "the folder's name alone; a table without a row is TABLE/empty.parquet. Other tables are one file each, "
            "also rejected_report, whose rows need not have a year.",
        ),
        (
            "读取：DuckDB 用 read_parquet('表名/**/*.parquet', hive_partitioning = true)，"
            "Polars 用 scan_parquet('表名/', hive_partitioning=True)，pandas 用 read_parquet('表名')。",
            "To read: DuckDB read_parquet('TABLE/**/*.parquet', hive_partitioning = true), Polars "
            "scan_parquet('TABLE/', hive_partitioning=True), pandas read_parquet('TABLE').",
        ),
        (
            "datapackage.json 中，按年度分文件夹的表以文件夹为 path，各文件及其大小、散列值在 files 中。"
            "frictionless（经 pandas 读取）把整数列的空值读作 nan、时间的空值读作 NaT，故列为这些列的 missingValues；"
            "它不认 Parquet 的列表，故列表列的类型为 any，元素类型在 listItem 中。",
            "In datapackage.json the path of a table in folders by year is its folder; its files, with their sizes and "
            "hashes, are in files. frictionless reads through pandas, which turns NULL into nan in columns of "
            "integers and into NaT in moments: these are missingValues of such columns. It does not know lists of "
            "Parquet: columns of lists have the type any, and listItem has the type of their elements.",
        ),
        (
            "各列的中文名、含义与单位在每个文件的键值元数据中。",
            "Names, meanings and units of the columns are in the key-value metadata of each file.",
        ),
    ],
    "csv": [
        (
            "UTF-8，带字节顺序标记（BOM），逗号分隔，换行为 LF；文本一律加引号，引号写作两个。",
            "UTF-8 with a byte order mark, commas, LF; texts are always in quotes, a quote in them is doubled.",
        ),
        (
            '空值在逗号之间什么也没有，空文本写作 ""；不区分两者的程序会把空文本也读成空值。',
            'NULL is nothing between the commas, an empty text is ""; programs that do not tell the two apart read '
            "both as missing.",
        ),
        (
            "防止公式注入：文本的第一个字符（空白与撇号除外）为 = + - @ 或其全角 ＝ ＋ － ＠，"
            "或以制表符、换行符开头时，前面加一个撇号 '；读取时遇到撇号后面正是这样的文本，去掉这一个撇号。"
            "数字列中的 -3 是数字，不加。",
            "No text can run as a formula: one whose first letter, blanks and apostrophes aside, is = + - @ or one of "
            "these in full width, or that begins with a tab or a line break, has an apostrophe ' before it. Reading, "
            "take off one apostrophe where such a text is behind it. -3 in a column of numbers is one and has none.",
        ),
        (
            "列表写作 JSON；时间写作 2024-01-31T08:00:00.000000（UTC）。",
            "Lists are JSON; moments are like 2024-01-31T08:00:00.000000 (UTC).",
        ),
        (
            "Excel 直接打开 CSV 时会把只有数字的标识和代码当作数字（丢失首位的 0 和 15 位以后的数字）："
            "请用 xlsx 格式，或用“数据 → 从文本/CSV”导入并把这些列设为文本。",
            "Excel takes codes of digits for numbers when it opens a CSV (leading zeros and all digits after the 15th "
            "are lost): use the format xlsx, or Data → From Text/CSV with these columns as text.",
        ),
    ],
    "xlsx": [
        (
            "每个表或视图一张工作表；第一行是中文名称，第二行是列的代码。超过一张工作表所能容纳的行数（1,048,576）时，"
            "接在名称后加 2、3… 的工作表中。",
            "One sheet a table or view; the first row has the Chinese names, the second the codes of the columns. What "
            "has more rows than a sheet (1,048,576) goes on in sheets with 2, 3 … behind the name.",
        ),
        (
            "空单元格是空值或空文本，Excel 不加区分。",
            "An empty cell is NULL or an empty text: Excel does not tell them apart.",
        ),
        (
            "文本永远是文本，不会作为公式运行；标识和代码也是文本。列表写作 JSON。",
            "Texts are texts and never run as formulas; ids and codes are texts too. Lists are JSON.",
        ),
        (
            "超过 32,767 个字符的文本，单元格（黄色）中是开头，其余在工作表“长文本”中，按工作表、行、列查找。",
            "A text of more than 32,767 characters has its beginning in the (yellow) cell and the rest in the sheet "
            "长文本, by sheet, row and column.",
        ),
        (
            "Excel 只保留 15 位有效数字：更长的整数和金额写作文本；比率存 16 位；时间精确到毫秒（UTC）。",
            "Excel keeps 15 digits: integers and amounts with more are texts; fractions have 16, moments are to the "
            "millisecond (UTC).",
        ),
    ],
}
