import { readFileSync } from 'node:fs'

export interface ProcessSize {
  /** What the process has reserved, most of it never touched; 0 where it cannot be told (not Linux, or it is gone). */
  readonly addressSpaceBytes: number
  /** What it holds of the machine's memory. */
  readonly residentBytes: number
}

/** The size of a process, by default this one. */
export function processSize(pid: number | 'self' = 'self'): ProcessSize {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    return { addressSpaceBytes: bytes('VmSize'), residentBytes: bytes('VmRSS') }
  } catch {
    const residentBytes = pid === 'self' ? process.memoryUsage.rss() : 0
    return { addressSpaceBytes: 0, residentBytes }
  }
}
