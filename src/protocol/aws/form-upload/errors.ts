import { AwsError } from '../service.ts'

/*
 * What S3 answers to a form that is not right:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */

export function malformedForm(): AwsError {
  return new AwsError({
    name: 'MalformedPOSTRequest',
    status: 400,
    message: 'The body of your POST request is not well-formed multipart/form-data.',
  })
}

export function notAForm(): AwsError {
  return new AwsError({
    name: 'PreconditionFailed',
    status: 412,
    message: 'At least one of the pre-conditions you specified did not hold',
    fields: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
  })
}

export function fieldsTooLarge(): AwsError {
  return new AwsError({
    name: 'MaxPostPreDataLengthExceededError',
    status: 400,
    message: 'Your POST request fields preceding the upload file were too large.',
  })
}

export function noFile(): AwsError {
  return invalidField('POST requires exactly one file upload per request.', 'file', '0')
}

export function missingField(name: string): AwsError {
  return invalidField(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  )
}

export function invalidField(message: string, name: string, value: string): AwsError {
  return new AwsError({
    name: 'InvalidArgument',
    status: 400,
    message,
    fields: { ArgumentName: name, ArgumentValue: value },
  })
}

export function invalidPolicy(detail: string): AwsError {
  return new AwsError({
    name: 'InvalidPolicyDocument',
    status: 400,
    message: `Invalid Policy: ${detail}`,
  })
}

export function againstPolicy(detail: string): AwsError {
  return new AwsError({
    name: 'AccessDenied',
    status: 403,
    message: `Invalid according to Policy: ${detail}`,
  })
}

export function tooLarge(sizeBytesMax: number): AwsError {
  return new AwsError({
    name: 'EntityTooLarge',
    status: 400,
    message: 'Your proposed upload exceeds the maximum allowed size',
    fields: { MaxSizeAllowed: sizeBytesMax },
  })
}

export function tooSmall(sizeBytes: number, sizeBytesMin: number): AwsError {
  return new AwsError({
    name: 'EntityTooSmall',
    status: 400,
    message: 'Your proposed upload is smaller than the minimum allowed size',
    fields: { ProposedSize: sizeBytes, MinSizeAllowed: sizeBytesMin },
  })
}
