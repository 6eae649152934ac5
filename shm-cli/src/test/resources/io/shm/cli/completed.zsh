# completed.zsh SCRIPT LINE... : types each line and the tabulator key into an interactive zsh that has sourced the script,
# and prints what then stands there, between << and >>.
zmodload zsh/zpty || exit 77
script=$1
shift
zpty -b shell zsh -f -i
# Waits until the shell has printed something, and passes over all before it. The shell echoes what is typed: so what is
# waited for is typed in two parts.
await() { zpty -r -m shell seen "*$1*" || { print "the shell has ended: $seen"; exit 1 } }
zpty -w shell 'PS1= PS2= RPS1=; stty -echo; print -r -- REA''DY1'
await READY1
zpty -w shell "source ${(q)script}; print -r -- REA''DY2"
await READY2
# Another key tells what is on the line; keys wait for each other.
zpty -w shell 'tell() { print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N tell; bindkey "^X" tell; print -r -- REA''DY3'
await READY3
for line in "$@"; do
    zpty -w -n shell "$line"$'\t\x18'
    await '<<*>>'
    print -r -- "${${(M)seen%<<*>>*}%%$'\r'*}"
done
zpty -d shell
