/** Refusals of what no service, operation or route answers to. */
import type { WireRequest } from '#protocol/http'
import type { OperationPlan } from './plan.ts'
import type { Resolution } from './resolve.ts'
import type { S3Address } from './rest-xml/address.ts'
import { AwsError } from './service.ts'
import type { Wire } from './wire.ts'

export function unknownService({ unknownService: name, protocol }: Resolution): AwsError {
  if (name === undefined || name === '') {
    return new AwsError({
      name: protocol === 'awsQuery' ? 'InvalidAction' : 'UnknownOperationException',
      status: protocol === 'awsQuery' ? 400 : 404,
      message: 'Unable to determine service/operation name to be authorized',
    })
  }
  return new AwsError({
    name: 'NotImplementedException',
    status: 501,
    message: `The service '${name}' is not available here.`,
  })
}

/** AWS: 400 and no message in the JSON family, https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html in awsQuery. */
export function unknownOperation(name: string, wire: Wire): AwsError {
  switch (wire.protocol) {
    case 'awsQuery':
      return name === ''
        ? new AwsError({
            name: 'MissingAction',
            status: 400,
            message: 'The request is missing an action or a required parameter.',
          })
        : new AwsError({
            name: 'InvalidAction',
            status: 400,
            message: `Could not find operation ${name}`,
          })
    case 'rpcV2Cbor':
      return new AwsError({ name: 'UnknownOperationException', status: 404, message: '' })
    default:
      return new AwsError({ name: 'UnknownOperationException', status: 400, message: '' })
  }
}

export function notImplemented(operation: OperationPlan, wire: Wire): AwsError {
  return new AwsError({
    name: wire.protocol === 'restXml' ? 'NotImplemented' : 'NotImplementedException',
    status: 501,
    message: `The operation ${operation.action.split(':')[0]}:${operation.name} is not implemented.`,
  })
}

export function unroutable(
  match: { readonly kind: string; readonly parameter?: string },
  request: WireRequest,
  wire: Wire,
  address: S3Address | undefined,
): AwsError {
  if (wire.protocol !== 'restXml') {
    return new AwsError({
      name: 'UnknownOperationException',
      status: match.kind === 'methodNotAllowed' ? 405 : 404,
      message: `There is no operation for ${request.method} ${request.rawPath}`,
    })
  }
  if (match.kind === 'unknownSubresource') {
    return new AwsError({
      name: 'InvalidArgument',
      status: 400,
      message: `The operation does not accept the query parameter ${match.parameter}.`,
      fields: { ArgumentName: match.parameter, ArgumentValue: '' },
    })
  }
  const isBucket = address?.path === '/'
  if (isBucket && address?.bucket !== undefined && request.method === 'POST') {
    const Condition = 'Bucket POST must be of the enclosure-type multipart/form-data'
    return new AwsError({
      name: 'PreconditionFailed',
      status: 412,
      message: 'At least one of the pre-conditions you specified did not hold',
      fields: { Condition },
    })
  }
  const resourceType = address?.bucket === undefined ? 'SERVICE' : isBucket ? 'BUCKET' : 'OBJECT'
  return new AwsError({
    name: 'MethodNotAllowed',
    status: 405,
    message: 'The specified method is not allowed against this resource.',
    fields: { Method: request.method, ResourceType: resourceType },
  })
}
