# Shared by the scripts beside it, which set $root first. POSIX sh; sourced, never run.
# What is missing (a JDK, Maven) is installed where that is simple: by root, with the system's own package manager.

min_java=17
say() { printf '%s\n' "$*" >&2; }

# A JDK says its version in a file; asking it would cost a JVM start.
java_version() { # HOME: prints 17.0.15, or nothing
    if [ -r "$1/release" ]; then
        while IFS='=' read -r key value; do
            if [ "$key" = JAVA_VERSION ]; then
                value=${value#\"}
                printf '%s\n' "${value%\"*}"
                return
            fi
        done <"$1/release"
    fi
    "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p'
}

java_major() { # HOME: prints 17; 8 for 1.8; 0 for none
    [ -x "$1/bin/java" ] || { echo 0; return; }
    version=$(java_version "$1")
    version=${version#1.}
    version=${version%%[!0-9]*}
    echo "${version:-0}"
}

home_of() { # PROGRAM in a bin folder, links followed: prints the folder above bin
    program=$(readlink -f "$1") && home=${program%/bin/*} && printf '%s\n' "$home"
}

# Every JDK of this machine that is worth a look, the user's own choice first.
jdk_homes() {
    [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
    javac=$(command -v javac) && home_of "$javac"
    for home in /usr/lib/jvm/* /opt/*jdk* /opt/*java*/* "$HOME"/.sdkman/candidates/java/*; do
        [ ! -x "$home/bin/javac" ] || printf '%s\n' "$home"
    done
}

find_jdk() { # TEST MAJOR, as in "-eq 17": prints the home of the first that passes
    jdk_homes | while IFS= read -r home; do
        if [ -x "$home/bin/javac" ] && [ "$(java_major "$home")" "$@" ]; then
            printf '%s\n' "$home"
            break
        fi
    done
}

install_missing() { # what is missing, any of: jdk maven
    wanted=$*
    apt='' dnf='' apk=''
    for what in $wanted; do
        case $what in
        jdk) apt="$apt openjdk-17-jdk-headless" dnf="$dnf java-17-openjdk-devel" apk="$apk openjdk17-jdk" ;;
        maven) apt="$apt maven" dnf="$dnf maven" apk="$apk maven" ;;
        esac
    done
    mkdir -p "$root/target"
    log=$root/target/install.log
    rm -f "$log"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "shm: installing$apt"
        {
            export DEBIAN_FRONTEND=noninteractive
            apt-get update -q
            # shellcheck disable=SC2086
            apt-get install -y -q --no-install-recommends $apt ||
                apt-get install -y -q --no-install-recommends $(echo "$apt" | sed 's/openjdk-17/default/')
        } >"$log" 2>&1 </dev/null && return
    elif [ "$(id -u)" = 0 ] && command -v dnf >/dev/null; then
        say "shm: installing$dnf"
        # shellcheck disable=SC2086
        dnf install -y -q $dnf >"$log" 2>&1 </dev/null && return
    elif [ "$(id -u)" = 0 ] && command -v apk >/dev/null; then
        say "shm: installing$apk"
        # shellcheck disable=SC2086
        apk add -q $apk >"$log" 2>&1 </dev/null && return
    fi
    [ ! -s "$log" ] || say "shm: could not install them; the end of target/install.log: $(tail -n 1 "$log")"
    need=''
    for what in $wanted; do
        case $what in
        jdk) need="a JDK, $min_java or newer" ;;
        maven) need="$need${need:+ and }Maven" ;;
        esac
    done
    say "shm: building needs $need; for Debian and Ubuntu: apt-get install$apt"
    exit 2
}

# Makes JAVA_HOME a JDK that builds (17 where there is one: warnings fail the build on that alone) and mvn present.
need_build_tools() {
    JAVA_HOME=$(find_jdk -eq 17)
    [ -n "$JAVA_HOME" ] || JAVA_HOME=$(find_jdk -ge "$min_java")
    missing=''
    [ -n "$JAVA_HOME" ] || missing=jdk
    command -v mvn >/dev/null || missing="$missing maven"
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086
        install_missing $missing
        JAVA_HOME=$(find_jdk -ge "$min_java")
        if [ -z "$JAVA_HOME" ] || ! command -v mvn >/dev/null; then
            say "shm: installed a JDK and Maven, and still cannot find them; see target/install.log"
            exit 2
        fi
    fi
    export JAVA_HOME
}

# Makes $java_home a Java that runs us: SHM_JAVA, JAVA_HOME, the one on PATH, or one to build with.
need_java() {
    if [ -n "${SHM_JAVA:-}" ]; then
        java_home=$(home_of "$SHM_JAVA") || java_home=''
        [ "$(java_major "$java_home")" -lt "$min_java" ] || return 0
        say "shm: SHM_JAVA=$SHM_JAVA is not a Java $min_java or newer"
        exit 2
    fi
    for java in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java)"; do
        [ -n "$java" ] && [ -x "$java" ] || continue
        java_home=$(home_of "$java")
        [ "$(java_major "$java_home")" -lt "$min_java" ] || return 0
        old=$java
    done
    java_home=$(find_jdk -ge "$min_java")
    [ -z "$java_home" ] || return 0
    if [ -n "${old:-}" ]; then
        say "shm: $old is older than Java $min_java; install one, or name one in SHM_JAVA"
        exit 2
    fi
    need_build_tools
    java_home=$JAVA_HOME
}

# True when TARGET is missing or anything it is made from is newer. Folders count: a deleted file leaves its mark there.
stale() { # TARGET SOURCE...
    target=$1
    shift
    [ -f "$target" ] || return 0
    [ -n "$(find "$@" -newer "$target" -print 2>/dev/null | head -n 1)" ]
}

# One build at a time in one clone; the others wait, then find nothing left to do.
lock() {
    mkdir -p "$root/target"
    exec 9>"$root/target/.lock"
    ! command -v flock >/dev/null || flock 9
}
unlock() { exec 9>&-; }

# Maven without the checks, silent unless it fails.
quiet_build() { # MAVEN ARGUMENTS
    need_build_tools
    if [ -t 2 ]; then say "shm: building, once"; fi
    if ! (cd "$root" && mvn -B -ntp -Dstyle.color=never -Dfast -Dmaven.test.skip=true "$@") >"$root/target/build.log" 2>&1 </dev/null 9>&-; then
        cat "$root/target/build.log" >&2
        say "shm: the build failed"
        exit 70
    fi
}
