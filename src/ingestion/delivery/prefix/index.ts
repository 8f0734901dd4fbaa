export { isTimeZone } from './date-format.ts'
export { compileErrorPrefix, compilePrefix, type Prefix } from './prefix.ts'
