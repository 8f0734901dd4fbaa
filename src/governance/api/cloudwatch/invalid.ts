import { AwsError } from '#protocol/aws'

/** The refusals of CloudWatch that name a parameter. */
export function invalidValue(message: string): AwsError {
  return new AwsError({ name: 'InvalidParameterValueException', status: 400, message })
}

export function invalidCombination(message: string): AwsError {
  return new AwsError({ name: 'InvalidParameterCombinationException', status: 400, message })
}

/** What CloudWatch has and this does not: an error, never another answer. */
export function unsupported(what: string): AwsError {
  return invalidValue(`${what} is not supported by this server.`)
}
