"""The sweeps that make time pass: due timers fire, and what leaves the house is delivered.

They run in a loop inside ``sip serve`` and ``sip worker`` (``Loop``), or by Celery where there is a
broker (``celery_app``). Both call the same sweeps; nothing is lost when neither runs, only later.
Only ``sip_workflow.cli`` uses this package.
"""
