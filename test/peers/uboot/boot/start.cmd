# A product would start its kernel here. With "storm" set, the plug is pulled while saving goes on without end;
# the filler makes every sector of the environment change with every save, so that a torn one shows.
echo "BOOTED copy=${chosen} slot=${slot}"
if test "${storm}" = 1; then
  setenv names "${names} filler"
  while true; do
    setexpr bootcount 0x${bootcount} + 1
    setenv f1 "${bootcount}-${bootcount}-${bootcount}-${bootcount}-${bootcount}-${bootcount}-${bootcount}-${bootcount}-"
    setenv f2 "${f1}${f1}${f1}${f1}${f1}${f1}${f1}${f1}"
    setenv f3 "${f2}${f2}${f2}${f2}${f2}${f2}${f2}${f2}"
    setenv filler "${f3}${f3}${f3}${f3}${f3}${f3}${f3}${f3}"
    run save
    echo "SAVED ${bootcount}"
  done
fi
poweroff
