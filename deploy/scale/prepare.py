"""Make what the programs find ready: their role and databases in PostgreSQL, their buckets in the object store.

Run once before all else, as often as one likes: what is there is left as it is, but for the role's password, which is
set to the one given. As the administrator of PostgreSQL (libpq's variables); ROLE and ROLE_PASSWORD are the programs'.

    python deploy/scale/prepare.py dagster lake

Belongs here: what must exist before Dagster and the lake can make their own tables.
"""

import os
import sys
from urllib.parse import urlsplit

import psycopg2
from botocore.exceptions import ClientError
from botocore.session import get_session
from psycopg2 import sql

#: Settings whose URLs name a bucket.
PLACES = ("OGI_SOURCE", "OGI_STAGING", "OGI_LAKE_DATA")


def make_databases(role: str, password: str, databases: list[str]) -> None:
    """The role, and databases that are its own and that nobody else may use."""
    # dbname: libpq would else look for one that is called like the user.
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True  # a database is not made within a transaction
    try:
        with connection.cursor() as cursor:
            name = sql.Identifier(role)
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {}").format(name))
                print(f"role {role}: made")
            cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD %s").format(name), [password])
            for database in databases:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), name))
                    print(f"database {database}: made")
                cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    finally:
        connection.close()


def make_buckets(urls: list[str]) -> None:
    """The buckets of these URLs."""
    client = get_session().create_client("s3")
    for bucket in sorted({urlsplit(url).netloc for url in urls if url.startswith("s3://")}):
        try:
            client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:  # a key that is not accepted, for one
                raise
            client.create_bucket(Bucket=bucket)
            print(f"bucket {bucket}: made")


if __name__ == "__main__":
    make_databases(os.environ["ROLE"], os.environ["ROLE_PASSWORD"], sys.argv[1:])
    make_buckets([os.environ.get(name, "") for name in PLACES])
