import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino'

/** Structured log: facts first, then a lower-case message. Child loggers are given at construction. */
export type Logger = PinoLogger

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Log lines go to stderr as JSON: stdout belongs to the command's own answers. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino({ level, base: undefined }, destination ?? pino.destination({ fd: 2, sync: false }))
}

/** For tests and tools that want silence. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}
