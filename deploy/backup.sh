#!/usr/bin/env bash
# Once a day: the database as a custom-format dump, and pictures and attachments as an archive; old ones are removed.
# A backup gets its name only when it is complete.
set -euo pipefail
while true; do
    stamp=$(date -u +%Y-%m-%dT%H%M)
    pg_dump --format=custom --file="/backups/.database.part" && mv /backups/.database.part "/backups/database-$stamp.dump"
    folders=$(cd /data && ls -d media private 2>/dev/null || true)
    tar -C /data -czf /backups/.media.part $folders && mv /backups/.media.part "/backups/media-$stamp.tar.gz"
    find /backups -maxdepth 1 \( -name 'database-*.dump' -o -name 'media-*.tar.gz' \) -mtime "+$KEEP_DAYS" -delete
    echo "Backed up $stamp"
    sleep 24h
done
