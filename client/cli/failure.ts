import { isGrpcServiceError } from '@temporalio/client';
import { CommanderError } from 'commander';
import { LonghaulError } from '../../core/errors.ts';
import type { ErrorType } from '../../core/errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** An end of the command with a code of its own; the message says what, where, and what to type next. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}

const codeOfType: Readonly<Record<ErrorType, ExitCode>> = {
  InvalidConfig: exitCodes.configuration,
  MissingSecret: exitCodes.configuration,
  BrokenEnvironment: exitCodes.configuration,
  UnknownCommit: exitCodes.notFound,
  DataUnavailable: exitCodes.notFound,
  NotFound: exitCodes.notFound,
  NotPermitted: exitCodes.refused,
  Conflict: exitCodes.refused,
  Rejected: exitCodes.refused,
  NotReady: exitCodes.cannotConnect,
  Unreachable: exitCodes.cannotConnect,
  NotVerified: exitCodes.notPassed,
  WorkerLost: exitCodes.notPassed,
};

export interface Failure {
  readonly code: ExitCode;
  /** Empty when it has been told already. */
  readonly message: string;
}

/** What to tell and how to exit, for whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandFailure) return { code: error.code, message: error.message };
  if (error instanceof LonghaulError) return { code: codeOfType[error.type], message: error.message };
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage, message: '' };
  }
  const service = grpcCause(error);
  if (service !== undefined) {
    return {
      code: exitCodes.cannotConnect,
      message: `Temporal did not do what was asked: ${service}. Look around with: longhaul doctor`,
    };
  }
  if (isBrokenPipe(error)) return { code: exitCodes.ok, message: '' };
  return { code: exitCodes.notPassed, message: error instanceof Error ? error.message : String(error) };
}

function grpcCause(error: unknown): string | undefined {
  if (isGrpcServiceError(error)) return error.details;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.details : undefined;
}

/** Whoever read our output has had enough, as `head` has. */
const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPIPE';
