"""The Django project; its apps follow the steps of the method."""
