"""Making the database ready: the embedded one is created and upgraded by itself, a PostgreSQL server's on request."""

import os

from xiaoguan.config.steps import StepFailed, Words, speaks_english, step


def start_django() -> None:
    """Load settings and rooms; people at a terminal are spoken to in the terminal's language."""
    import django

    try:
        django.setup()
    except ValueError as error:  # a setting from the environment that cannot be
        raise StepFailed(Words(f"设置有误：{error}", f"A setting is wrong: {error}")) from error

    from django.utils import translation

    translation.activate("en" if speaks_english() else "zh-hans")


def ready(*, upgrade_server: bool = False) -> None:
    """Start Django on a database with every migration applied.

    ``upgrade_server``: also upgrade a PostgreSQL database, which other hosts may be using. Raises StepFailed where the
    database cannot be reached or needs ``xiaoguan migrate``.
    """
    start_django()
    from django.core.management import call_command
    from django.db import connection

    if not pending():
        if upgrade_server:
            from xiaoguan.config.triggers import stand_triggers

            stand_triggers()
        return
    if connection.vendor != "sqlite" and not upgrade_server:
        raise StepFailed(
            Words("数据库还没有建好或版本较旧。", "The database is not set up or is older than the program."),
            advice=Words("请运行：xiaoguan migrate", "Type: xiaoguan migrate"),
        )
    with step("建立或升级数据库", "Create or upgrade the database"):
        call_command("migrate", interactive=False, verbosity=0)
        count_what_has_grown(migrated=True)


def count_what_has_grown(*, migrated: bool = False) -> None:
    """Let an embedded database count its largest tables, where they are no longer what it knows."""
    from django.db import connection

    from xiaoguan.crm.models import Customer
    from xiaoguan.deals.models import Deal
    from xiaoguan.journal.models import Entry
    from xiaoguan.ledger.models import Posting
    from xiaoguan.lib.statistics import renew_if_outgrown
    from xiaoguan.services.calendar.models import Activity

    renew_if_outgrown(connection, (Deal, Customer, Activity, Entry, Posting), migrated=migrated)


def pending() -> bool:
    """Whether migrations wait to be applied. Raises StepFailed where the database cannot be reached."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else str(connection.settings_dict["NAME"])
        raise StepFailed(
            Words(f"连不上数据库（{where}）：{error}", f"The database cannot be reached ({where}): {error}"),
            advice=Words(
                "请检查数据库服务是否已启动、DATABASE_URL 是否正确。",
                "Check that the server runs and DATABASE_URL is right.",
            ),
        ) from error
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
