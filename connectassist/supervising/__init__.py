"""The parent of a site's server processes. It serves nobody and opens no database, so that it need not change when
they do: whatever they run is read from the disk when they start."""
