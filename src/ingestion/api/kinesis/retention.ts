import { StreamErrors, mustBeWhole, retentionHoursMax, retentionHoursMin } from '#ingestion/streams'

/** From a day to a year: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html */
export function checkRetention(hours: number): void {
  mustBeWhole('RetentionPeriodHours', hours)
  if (hours < retentionHoursMin) {
    throw StreamErrors.InvalidArgument(
      `Minimum allowed retention period is ${retentionHoursMin} hours. Requested retention period (${hours} hours) is too short.`,
    )
  }
  if (hours > retentionHoursMax) {
    throw StreamErrors.InvalidArgument(
      `Maximum allowed retention period is ${retentionHoursMax} hours. Requested retention period (${hours} hours) is too long.`,
    )
  }
}
