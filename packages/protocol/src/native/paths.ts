/** Paths of the native device protocol; artifacts live at `${artifacts}/SHA256`, files of the director at `${director}/NAME`. */
export const nativePaths = {
  enrol: '/device/v1/enrol',
  challenge: '/device/v1/challenge',
  token: '/device/v1/token',
  checkIn: '/device/v1/check-in',
  reports: '/device/v1/reports',
  artifacts: '/device/v1/artifacts',
  time: '/device/v1/time',
  director: '/device/v1/director',
} as const;
