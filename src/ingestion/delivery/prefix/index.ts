export { isTimeZone } from './date-format.ts'
export {
  PartitionKeyMissing,
  compileErrorPrefix,
  compilePrefix,
  evaluatedMax,
  partitionKeysOf,
  type PartitionKeyName,
  type Prefix,
} from './prefix.ts'
