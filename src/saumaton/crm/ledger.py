"""Tables that are no part of the Web API: counters, deletions, credentials, privileges, tokens."""

import sqlalchemy as sa

METADATA = sa.MetaData()

STATE = sa.Table(
    "x_state",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("schema", sa.BigInteger, nullable=False),
    sa.Column("security", sa.BigInteger, nullable=False),
)
DELETED = sa.Table(
    "x_deleted",
    METADATA,
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("table_name", sa.String(100), nullable=False),
    sa.Column("id", sa.String(36), nullable=False),
    sa.Column("at", sa.String(20), nullable=False),
    sa.Index("ix_deleted", "table_name", "version"),
)
DESCRIPTION = sa.Table(
    "x_description",
    METADATA,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
)
CREDENTIAL = sa.Table(
    "x_credential",
    METADATA,
    sa.Column("name", sa.String(250), primary_key=True),
    sa.Column("userid", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("throttled", sa.Integer, nullable=False),
)
FAILURE = sa.Table(
    "x_failure",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(250), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("ix_failure", "name", "at"),
)
TOKEN = sa.Table(
    "x_token",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("userid", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("throttled", sa.Integer, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
)
PRIVILEGE = sa.Table(
    "x_privilege",
    METADATA,
    sa.Column("roleid", sa.String(36), primary_key=True),
    sa.Column("action", sa.String(20), primary_key=True),
    sa.Column("table_name", sa.String(100), primary_key=True),
    sa.Column("depth", sa.Integer, nullable=False),
)
NUMBER = sa.Table(
    "x_number",
    METADATA,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
