import { LakeError } from '#kit'
import type { ErrorMap } from '#protocol/aws'

/** Domain errors as Glue names them. */
export const errors = {
  DatabaseNotFound: 'EntityNotFoundException',
  TableNotFound: 'EntityNotFoundException',
  TableVersionNotFound: 'EntityNotFoundException',
  PartitionNotFound: 'EntityNotFoundException',
  FunctionNotFound: 'EntityNotFoundException',
  PartitionIndexNotFound: 'EntityNotFoundException',
  ColumnStatisticsNotFound: 'EntityNotFoundException',
  ResourcePolicyNotFound: 'EntityNotFoundException',
  ConnectionNotFound: 'EntityNotFoundException',
  SecurityConfigurationNotFound: 'EntityNotFoundException',
  ResourceNotFound: 'EntityNotFoundException',
  CrawlerNotFound: 'EntityNotFoundException',
  ClassifierNotFound: 'EntityNotFoundException',
  OptimizerNotFound: 'EntityNotFoundException',
  NotAnIcebergTable: 'InvalidInputException',
  StatisticsRunNotFound: 'EntityNotFoundException',
  RegistryNotFound: 'EntityNotFoundException',
  SchemaNotFound: 'EntityNotFoundException',
  SchemaVersionNotFound: 'EntityNotFoundException',
  SchemaExists: 'AlreadyExistsException',
  InvalidSchema: 'InvalidInputException',
  SettingsNotFound: 'EntityNotFoundException',
  SettingsExist: 'AlreadyExistsException',
  StatisticsRunning: 'ColumnStatisticsTaskRunningException',
  StatisticsNotRunning: 'ColumnStatisticsTaskNotRunningException',
  AlreadyExists: 'AlreadyExistsException',
  OptimizerExists: 'AlreadyExistsException',
  CrawlerExists: 'AlreadyExistsException',
  ClassifierExists: 'AlreadyExistsException',
  VersionMismatch: 'ConcurrentModificationException',
  ConditionFailed: 'ConditionCheckFailureException',
  LimitExceeded: 'ResourceNumberLimitExceededException',
  InvalidInput: 'InvalidInputException',
  InvalidMaintenance: 'InvalidInputException',
  MetadataUnreadable: 'InvalidInputException',
  UnsupportedFormat: 'InvalidInputException',
  InvalidCrawler: 'InvalidInputException',
  InvalidClassifier: 'InvalidInputException',
  CrawlerRunning: 'CrawlerRunningException',
  CrawlerNotRunning: 'CrawlerNotRunningException',
  CrawlerStopping: 'CrawlerStoppingException',
  NoSchedule: 'NoScheduleException',
  ScheduleRunning: 'SchedulerRunningException',
  ScheduleNotRunning: 'SchedulerNotRunningException',
} as const satisfies ErrorMap

/** An error as an entry of a batch's answer; what is not the caller's to know is thrown on. */
export function errorDetail(error: unknown): {
  readonly ErrorCode: string
  readonly ErrorMessage: string
} {
  if (error instanceof LakeError && error.code in errors) {
    return { ErrorCode: errors[error.code as keyof typeof errors], ErrorMessage: error.message }
  }
  throw error
}
