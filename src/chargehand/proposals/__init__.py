"""The spine: submit, verdict, approval, permit, execution, outcome. Nobody acts on the world except through here."""
