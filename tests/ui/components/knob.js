// The compile tests need a file here, not a working element.
