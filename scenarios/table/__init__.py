"""The partnership table: sides that value one plan differently, and plans between them."""
