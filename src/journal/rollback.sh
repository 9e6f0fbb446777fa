#!/bin/sh
# Restores the files that one change of kubectl-audit replaced.
#
#   sh rollback.sh            restores them now, whichever process watches over the change
#   sh rollback.sh --force    ... although it was restored before, or a newer change is in effect
#   sh rollback.sh --watch    waits, and restores them if nobody says that all is well
#
# It finds everything beside itself and needs neither kubectl-audit, nor the API server, nor a
# network. A file is restored only if it still is what the change wrote; otherwise it is left as it
# is. It may be run any number of times.
#
# Exit: 0 done or nothing to do, 2 refused, 3 something was left because it was changed since,
# 5 failed.

set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset CDPATH
umask 077

# --- what was changed ----------------------------------------------------------------------------
#@ENTRY@
# --- where ---------------------------------------------------------------------------------------

case $0 in
*/*) entry=$(cd "${0%/*}" && pwd) ;;
*) entry=$(pwd) ;;
esac
root=${entry%/var/lib/kubectl-audit/entries/*}

say() {
    printf 'kubectl-audit: %s\n' "$*" >&2
}

# To everybody on this machine; with another root this is not the machine it is about.
tell() {
    say "$*"
    [ -z "$root" ] || return 0
    logger -t kubectl-audit -p authpriv.notice -- "$*" 2>/dev/null || :
    printf 'kubectl-audit: %s\n' "$*" | wall 2>/dev/null || :
}

if [ "$root" = "$entry" ]; then
    say "this script works only where it was written: .../var/lib/kubectl-audit/entries/ID"
    exit 5
fi

# --- files ---------------------------------------------------------------------------------------

# Where sync takes no file it writes everything, which serves as well.
flush() {
    sync "$1" 2>/dev/null || :
}

sum() {
    sha256sum <"$1" 2>/dev/null | cut -c1-64
}

absent() {
    [ ! -e "$1" ] && [ ! -L "$1" ]
}

# is FILE COPY SUM: FILE is a regular file with the content that has this checksum. Where nothing can
# tell checksums, COPY is trusted.
is() {
    [ -f "$1" ] && [ ! -L "$1" ] || return 1
    if command -v sha256sum >/dev/null 2>&1; then
        [ "$(sum "$1")" = "$3" ]
    else
        cmp -s "$1" "$2"
    fi
}

# note STEP FILE: the line of a step.
note() {
    append "\"step\":\"$1\",\"file\":$2"
}

# append FIELDS: a line in the journal of the entry, if it can be written.
append() {
    text="{\"time\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",$1"
    digits=$(printf '%s' "$text" | sha256sum 2>/dev/null | cut -c1-16)
    {
        [ -z "$(tail -c 1 "$entry/journal.jsonl")" ] || echo
        printf '%s,"sum":"%s"}\n' "$text" "$digits"
    } 2>/dev/null >>"$entry/journal.jsonl" || :
}

left() {
    note left "$1"
    skipped=1
    tell "$root$2: $3"
}

# The staged copies of file N at PATH: in its directory, and beside the manifests directory.
staged() {
    above=${2%/*}
    echo "$above/.kubectl-audit-$id-$1.$3"
    echo "${above%/*}/.kubectl-audit-$id-$1.$3"
}

# bring N PATH COPY SUM MODE OWNER: puts the former content, sound and whole, at $temp. A file that
# was staged needs no free block. Never straight to its place: mv may have to copy.
bring() {
    [ -d "${temp%/*}" ] || (umask 022 && mkdir -p "${temp%/*}") || return 1
    is "$temp" "$3" "$4" || unstage "$@" || fresh "$@" || return 1
    chmod "$5" "$temp" || return 1
    chown "$6" "$temp" 2>/dev/null || [ -n "$root" ] || return 1
    is "$temp" "$3" "$4"
}

unstage() {
    for former in "$(staged "$1" "$2" former | sed -n 1p)" "$(staged "$1" "$2" former | sed -n 2p)"
    do
        if is "$former" "$3" "$4" && mv -f "$former" "$temp" && is "$temp" "$3" "$4"; then
            return 0
        fi
    done
    return 1
}

fresh() {
    rm -f "$temp"
    is "$3" "$3" "$4" && cp "$3" "$temp" || return 1
    [ ! -f "$2" ] || chcon --reference="$2" "$temp" 2>/dev/null || :
}

# put_back ROLE N PATH COPY SUM MODE OWNER WROTE WROTE_SUM: a file that was there before.
put_back() {
    path=$root$3
    copy=$entry/before/$4
    temp=${path%/*}/.kubectl-audit-$id-$2.back
    if is "$path" "$copy" "$5"; then
        return 0
    elif absent "$path"; then
        if [ "$1" = manifest ]; then
            left "$2" "$3" "it is missing and was left missing; kubectl audit rescue brings it back"
            return 3
        fi
    elif [ "$8" = - ] || ! is "$path" "$entry/after/$8" "$9"; then
        left "$2" "$3" "it was edited since and was left as it is"
        return 3
    fi
    note put-back "$2"
    if bring "$2" "$path" "$copy" "$5" "$6" "$7" && flush "$temp" && still_ours &&
        mv -f "$temp" "$path" && is "$path" "$copy" "$5"
    then
        flush "${path%/*}"
        say "$path: restored"
        return 0
    fi
    failed=1
    absent "$path" && lost=1
    tell "$path: could not be restored from $copy"
    return 5
}

# made_empty PATH: a container that was just starting finds nothing there and gets an empty directory.
made_empty() {
    [ -d "$1" ] && [ ! -L "$1" ] && rmdir "$1" 2>/dev/null
}

# take_away ROLE N PATH WROTE WROTE_SUM: a file that did not exist before.
take_away() {
    path=$root$3
    if absent "$path" || made_empty "$path"; then
        return 0
    elif ! is "$path" "$entry/after/$4" "$5"; then
        left "$2" "$3" "it was edited since and was left as it is"
        return 3
    fi
    note put-back "$2"
    if still_ours && rm -f "$path" && { absent "$path" || made_empty "$path"; }; then
        flush "${path%/*}"
        say "$path: removed, it did not exist before"
        return 0
    fi
    failed=1
    tell "$path: could not be removed"
    return 5
}

keep() {
    absent "$root$3" || left "$2" "$3" "it was left, the manifest may need it"
}

sweep() {
    for end in new former back probe; do
        staged "$1" "$root$2" $end | while read -r leftover; do
            rm -f "$leftover" 2>/dev/null
        done
    done
}

# Files first, then the manifest that names them; a file that is new goes last, and only when the
# manifest that names it is gone. A file that is missing and cannot be brought back stops all: the
# manifest that is in effect does not need it, the former one does.
put_all_back() {
    skipped=0 failed=0 lost=0
    formers put_back
    if [ $lost = 1 ]; then
        return 5
    elif manifest; then
        news take_away
    else
        news keep
    fi
    [ $failed = 0 ] || return 5
    every sweep
    [ $skipped = 0 ] || return 3
}

# --- who owns the way back -----------------------------------------------------------------------

boot() {
    cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown
}

# The time a process started at, in ticks since boot; nothing if it has ended.
started() {
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    # The name in parentheses may hold anything.
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    case $1 in
    Z | X) ;;
    *) echo "${20}" ;;
    esac
}

# runs BOOT PID START
runs() {
    [ "$1" = "$(boot)" ] && [ -n "$3" ] && [ "$(started "$2")" = "$3" ]
}

standing() {
    for claim in prepared armed applied verified confirmed rolled-back undone; do
        if [ -e "$entry/$claim" ]; then
            echo "$claim"
            return 0
        fi
    done
    for claim in "$entry"/claimed-by-*; do
        if [ -e "$claim" ]; then
            echo "${claim##*/}"
            return 0
        fi
    done
    return 1
}

# lives CLAIM: the process in the name of a claimed-by file still runs.
lives() {
    start=${1##*-}
    rest=${1%-*}
    pid=${rest##*-}
    rest=${rest%-*}
    case $rest in
    *-"$(boot)") runs "$(boot)" "$pid" "$start" ;;
    *) return 1 ;;
    esac
}

# A claim that could not be made, because nothing can be written there, cannot be lost either.
still_ours() {
    [ -z "$mine" ] || [ -e "$entry/$mine" ]
}

# The name of a newer change that is in effect. Names sort in the order of making.
newer() {
    after=
    for other in "${entry%/*}"/*; do
        if [ "$other" = "$entry" ]; then
            after=1
        elif [ -n "$after" ]; then
            for claim in prepared armed applied verified confirmed claimed-by-; do
                for file in "$other/$claim"*; do
                    if [ -e "$file" ]; then
                        echo "${other##*/}"
                        return 0
                    fi
                done
            done
        fi
    done
    return 1
}

# take WHO FROM: 0 it is ours, 1 another process was faster, 5 nothing can be written there.
take() {
    mine=claimed-by-$1-$(boot)-$$-$(started $$)
    if mv -f "$entry/$2" "$entry/$mine" 2>/dev/null; then
        flush "$entry"
        return 0
    fi
    mine=
    [ ! -e "$entry/$2" ] || return 5
    return 1
}

close() {
    [ -z "$mine" ] || mv -f "$entry/$mine" "$entry/$1" 2>/dev/null || return 0
    flush "$entry"
}

# The unit that starts the watch after a reboot. The last thing that is done, and without --now: this
# may be that very service.
dismiss() {
    unit=kubectl-audit-rollback-$id.service
    [ -z "$root" ] && [ -e "/etc/systemd/system/$unit" ] || return 0
    systemctl disable "$unit" >/dev/null 2>&1 || :
    rm -f "/etc/systemd/system/$unit" "/etc/systemd/system/multi-user.target.wants/$unit"
    flush /etc/systemd/system
    systemctl daemon-reload >/dev/null 2>&1 || :
}

# --- by hand -------------------------------------------------------------------------------------

by_hand() {
    waited=
    while :; do
        from=$(standing) || from=
        case $from in
        rolled-back | undone)
            if [ -z "$force" ]; then
                say "nothing to do: change $id is $from already"
                return 0
            fi
            ;;
        claimed-by-*)
            if lives "$from"; then
                [ -n "$waited" ] || say "waiting for the process that is on it: $from"
                waited=1
                sleep 1
                continue
            fi
            ;;
        '')
            if [ -z "$waited" ]; then
                waited=1
                sleep 1
                continue
            elif [ -z "$force" ]; then
                say "refused: this change has no claim, so it was never made; or say --force"
                return 2
            fi
            ;;
        esac
        if [ -z "$force" ] && other=$(newer); then
            say "refused: a newer change is in effect, $other; nothing was changed"
            say "undo that one first, or say --force"
            return 2
        fi
        took=5
        [ -z "$from" ] || { took=0 && take hand "$from"; } || took=$?
        [ $took = 1 ] || break
    done
    [ $took = 0 ] || say "warning: nothing can be written to $entry; going on without a claim"
    append '"step":"reason","why":"by hand, with rollback.sh"'
    result=0
    put_all_back || result=$?
    case $result in
    5) tell "change $id could NOT be rolled back completely; see the messages above" ;;
    3) close rolled-back && tell "change $id was rolled back by hand, but for what was left" ;;
    *) close rolled-back && tell "change $id was rolled back by hand" ;;
    esac
    return $result
}

# --- the dead man --------------------------------------------------------------------------------

# Over are: the boot the change was made in; the life of the process that made it, until it said
# that the server is healthy; the time in the file `deadline`, in seconds since boot.
# Afterwards `why` says which.
over() {
    why='the node restarted before it was confirmed'
    [ "$(boot)" = "$owner_boot" ] || return 0
    why='the command ended before the API server was proven healthy'
    [ -e "$entry/healthy" ] || runs "$owner_boot" "$owner_pid" "$owner_start" || return 0
    why='it was not confirmed in time'
    [ -e "$entry/healthy" ] || why='the API server was not proven healthy in time'
    deadline=
    { read -r deadline <"$entry/deadline"; } 2>/dev/null || :
    case $deadline in
    '' | *[!0-9]*) return 0 ;;
    esac
    { read -r uptime _ </proc/uptime; } 2>/dev/null || return 0
    [ "${uptime%%.*}" -ge "$deadline" ]
}

watch() {
    trap '' HUP INT
    deadline=
    { read -r deadline <"$entry/deadline"; } 2>/dev/null || :
    echo "$(boot) $$ $(started $$) $deadline" >"$entry/.deadman" &&
        mv -f "$entry/.deadman" "$entry/deadman" && flush "$entry" || return 5
    tries=0
    while [ -d "$entry" ]; do
        from=$(standing) || from=
        case $from in
        applied | verified | confirmed | rolled-back | undone) return 0 ;;
        claimed-by-*) why=; ! owned_by_another "$from" && fire "$from" && return 0 ;;
        ?*) over && fire "$from" && return 0 ;;
        esac
        [ $tries -lt 12 ] || return 5
        sleep 1
    done
}

owned_by_another() {
    [ "$1" != "$mine" ] && lives "$1"
}

# fire FROM: 0 the watch is over. After a failure it tries again, a minute long.
fire() {
    [ "$1" = "$mine" ] || take dead-man "$1" || return 1
    if other=$(newer); then
        close undone
        return 0
    fi
    [ -z "$why" ] || [ $tries -gt 0 ] || append "\"step\":\"reason\",\"why\":\"$why\""
    result=0
    put_all_back || result=$?
    case $result in
    5)
        tries=$((tries + 1))
        tell "change $id could NOT be rolled back completely; see the messages above"
        sleep 4
        return 1
        ;;
    3) close rolled-back && tell "change $id was rolled back, but for what was left${why:+: $why}" ;;
    *) close rolled-back && tell "change $id was rolled back${why:+: $why}" ;;
    esac
    watched=$result
}

# -------------------------------------------------------------------------------------------------

force= mine= why= watched=0
case ${1-} in
--watch)
    watch || exit $?
    dismiss
    exit $watched
    ;;
--force) force=1 ;;
'') ;;
*)
    say "usage: sh rollback.sh [--force | --watch]"
    exit 2
    ;;
esac
by_hand
