# RAUC's contract: the first slot of BOOT_ORDER that has attempts left starts and pays one; with none left, all get new ones.
if test ${chosen} = none; then
  setenv BOOT_ORDER "A B"
fi
for round in 1 2; do
  for name in ${BOOT_ORDER}; do
    if test ${slot} = none; then
      if test ${name} = A; then
        if itest 0x${BOOT_A_LEFT} -gt 0; then setexpr BOOT_A_LEFT 0x${BOOT_A_LEFT} - 1; setenv slot a; fi
      fi
      if test ${name} = B; then
        if itest 0x${BOOT_B_LEFT} -gt 0; then setexpr BOOT_B_LEFT 0x${BOOT_B_LEFT} - 1; setenv slot b; fi
      fi
    fi
  done
  if test ${slot} = none; then setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3; fi
done
run save
