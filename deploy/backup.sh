#!/usr/bin/env bash
# Once a day: the database as a custom-format dump and the uploads as an archive; old ones are removed only after a
# complete backup. A backup gets its name only when it is complete. With --once: one backup, and its exit code.
set -euo pipefail
BACKUPS=${BACKUPS:-/backups}
DATA=${DATA:-/data}

# One chain: in a function that is asked for its success, "set -e" stops nothing.
back_up() {
    local stamp
    stamp=$(date -u +%Y-%m-%dT%H%M%S)
    pg_dump --format=custom --file="$BACKUPS/.database.part" \
        && tar -C "$DATA" --exclude=./search -czf "$BACKUPS/.uploads.part" . \
        && mv "$BACKUPS/.database.part" "$BACKUPS/database-$stamp.dump" \
        && mv "$BACKUPS/.uploads.part" "$BACKUPS/uploads-$stamp.tar.gz" \
        && find "$BACKUPS" -maxdepth 1 \( -name 'database-*.dump' -o -name 'uploads-*.tar.gz' \) \
            -mtime "+$KEEP_DAYS" -delete \
        && echo "Backed up $stamp"
}

if [ "${1:-}" = --once ]; then
    back_up
    exit
fi
while true; do
    if back_up; then
        sleep 24h
    else
        echo "THE BACKUP FAILED and is tried again in an hour; what went wrong stands above." >&2
        sleep 1h
    fi
done
