"""What goes from one machine to another: files, between a shell or a browser and a room."""
