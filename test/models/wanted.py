WANTED = set()
