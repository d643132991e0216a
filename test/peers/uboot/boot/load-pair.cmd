# Redundant environment in raw sectors before the first partition, as many boards have it: copies at 0x8000 and 0x10000.
# A copy is checksum (4), flag (1), data; "env import -c" checks checksum + data, so the flag is cut out first.
# Unreadable sectors and damaged copies are the same: not valid.
setenv valid0 0
setenv valid1 0
virtio read 0x42000000 0x40 0x20
virtio read 0x42010000 0x80 0x20
cp.b 0x42000000 0x43000000 4
cp.b 0x42000005 0x43000004 0x3ffb
cp.b 0x42010000 0x43010000 4
cp.b 0x42010005 0x43010004 0x3ffb
setexpr.b flag0 *0x42000004
setexpr.b flag1 *0x42010004
if env import -c 0x43000000 0x3fff ${names}; then setenv valid0 1; fi
if env import -c 0x43010000 0x3fff ${names}; then setenv valid1 1; fi
# The rule of U-Boot's own env_check_redund: 0 follows 0xff, else the greater flag is newer, the first copy wins a tie.
setenv chosen none
if test ${valid0}${valid1} = 10; then setenv chosen 0; fi
if test ${valid0}${valid1} = 01; then setenv chosen 1; fi
if test ${valid0}${valid1} = 11; then
  setenv chosen 0
  if itest 0x${flag1} -gt 0x${flag0}; then setenv chosen 1; fi
  if test ${flag0}/${flag1} = ff/0; then setenv chosen 1; fi
  if test ${flag0}/${flag1} = 0/ff; then setenv chosen 0; fi
fi
if test ${chosen} = 0; then env import -c 0x43000000 0x3fff ${names}; setenv flag ${flag0}; fi
if test ${chosen} = 1; then env import -c 0x43010000 0x3fff ${names}; setenv flag ${flag1}; fi
# Saving writes the other copy, sector by sector, so that pulling the plug in between is a torn write.
setenv save 'if test ${chosen} = 0; then setenv chosen 1; setenv sector 80; else setenv chosen 0; setenv sector 40; fi; setexpr flag 0x${flag} + 1; if itest 0x${flag} -gt 0xff; then setenv flag 0; fi; env export -c -s 0x3fff 0x43000000 ${names}; cp.b 0x43000000 0x42000000 4; mw.b 0x42000004 0x${flag} 1; cp.b 0x43000004 0x42000005 0x3ffb; setenv from 42000000; setenv left 20; while itest 0x${left} -gt 0; do virtio write 0x${from} 0x${sector} 1; setexpr from 0x${from} + 0x200; setexpr sector 0x${sector} + 1; setexpr left 0x${left} - 1; done'
