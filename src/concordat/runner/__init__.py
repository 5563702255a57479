"""Runs cases with clients: session, plan, scheduler, client workers, case runner, results and events."""
