"""Paper: PDF by Typst, sheets by XlsxWriter, QR codes by segno.

The modules of this package are imported by workers only (a test looks into the web process): a page
asks for a document by a background job, and the job imports what it needs inside its function.
"""
