"""SIP Workflow: coordinated individual plans (SIP) run as BPMN processes."""
