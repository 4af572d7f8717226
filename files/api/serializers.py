"""The shape of files in the API."""

from rest_framework import serializers
from rest_framework.reverse import reverse

from files.enums import FileError
from files.models import StoredFile


class FileOut(serializers.ModelSerializer):
    """A file. `url` gives its content once `status` is `stored`."""

    error = serializers.ChoiceField(choices=FileError.choices, allow_blank=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = StoredFile
        fields = ["uid", "kind", "name", "content_type", "size", "status", "error", "created_at", "url"]
        read_only_fields = fields

    def get_url(self, row: StoredFile) -> str:
        return reverse("api-file", args=[row.uid])
