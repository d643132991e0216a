/** Paths of the native device protocol; artifacts live at `${artifacts}/SHA256`. */
export const nativePaths = {
  enrol: '/device/v1/enrol',
  challenge: '/device/v1/challenge',
  token: '/device/v1/token',
  checkIn: '/device/v1/check-in',
  reports: '/device/v1/reports',
  artifacts: '/device/v1/artifacts',
} as const;
