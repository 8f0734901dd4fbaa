export { isTimeZone } from './date-format.ts'
export {
  PartitionKeyMissing,
  compileErrorPrefix,
  compilePrefix,
  compileTemplate,
  evaluatedMax,
  partitionKeysOf,
  templateMax,
  type PartitionKeyName,
  type Prefix,
} from './prefix.ts'
