"""Lists as files: the page of a list also answers with its records as CSV or as a workbook."""
