"""The HTTP and WebSocket face of the engine: decodes, authorises, hands over, answers. It decides nothing."""
