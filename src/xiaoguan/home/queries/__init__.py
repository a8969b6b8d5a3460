"""Every read of the homes, each under the viewer's own scope."""
