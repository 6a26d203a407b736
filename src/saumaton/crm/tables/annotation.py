"""Notes on rows of other tables."""

from ..described import Table, lookup, memo, text, whole, yes_no

PARENTS = (
    "account",
    "contact",
    "opportunity",
    "quote",
    "salesorder",
    "invoice",
    "product",
)

TABLE = Table(
    name="annotation",
    set_name="annotations",
    primary_name="subject",
    code=5,
    schema="Annotation",
    label="Note",
    plural="Notes",
    owned=True,
    columns=(
        lookup(
            "objectid",
            *PARENTS,
            backs=tuple(f"{name}_Annotations" for name in PARENTS),
            type_column="objecttypecode",
            cascade="cascade",
        ),
        text("subject", 500),
        memo("notetext", 100000),
        yes_no("isdocument", False),
        text("filename", 255),
        text("mimetype", 256),
        memo("documentbody", 20000000),
        whole("filesize", 0, 1000000000, create=False, update=False),
    ),
)
