"""Published OData web services under /ODataV4: pages as entity sets, and item availability."""
