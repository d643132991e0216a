# The A/B contract: count boots while a new slot is on trial, go back past the limit, then start the slot.
if test ${chosen} = none; then
  setenv slot a
else
  if test "${upgrade_available}" = 1; then
    if itest 0x${bootcount} -ge 0x${bootlimit}; then
      if test ${slot} = b; then setenv slot a; else setenv slot b; fi
      setenv upgrade_available 0
      setenv bootcount 0
    else
      setexpr bootcount 0x${bootcount} + 1
    fi
    run save
  fi
fi
