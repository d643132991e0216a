# Single environment as a file on a FAT file system: easy to reach, not safe against a power cut.
setenv chosen none
if load virtio 0:1 0x42000000 uboot.env; then
  if env import -c 0x42000000 0x4000 ${names}; then setenv chosen 0; fi
fi
setenv save 'env export -c -s 0x4000 0x43000000 ${names}; fatwrite virtio 0:1 0x43000000 uboot.env 0x4000'
