"""An index of postings without a code"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    without = sa.text("cost_centre = ''")
    op.create_index("uncoded_postings", "posting", ["service_month"], sqlite_where=without, postgresql_where=without)


def downgrade() -> None:
    op.drop_index("uncoded_postings", "posting")
