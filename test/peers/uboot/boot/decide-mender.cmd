# Mender's contract: slots are partition numbers, the limit is compiled into the boot loader.
setenv bootlimit 1
if test ${chosen} = none; then
  setenv mender_boot_part 2
else
  if test "${upgrade_available}" = 1; then
    setexpr bootcount 0x${bootcount} + 1
    if itest 0x${bootcount} -gt 0x${bootlimit}; then
      if test ${mender_boot_part} = 3; then setenv mender_boot_part 2; else setenv mender_boot_part 3; fi
      setenv mender_boot_part_hex ${mender_boot_part}
      setenv upgrade_available 0
      setenv bootcount 0
    fi
    run save
  fi
fi
if test ${mender_boot_part} = 2; then setenv slot a; else setenv slot b; fi
