import { AwsError } from '#protocol/aws'

export function invalidArgument(message: string): AwsError {
  return new AwsError({ name: 'InvalidArgumentException', message })
}
