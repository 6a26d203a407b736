from django.db import migrations

from saumaton.financials import triggers


class Migration(migrations.Migration):
    dependencies = [("financials", "0001_initial")]

    operations = [migrations.RunPython(triggers.install, migrations.RunPython.noop)]
