import { Global, Module } from '@nestjs/common';
import { IdempotentAnswers } from './idempotent-answers.js';
import { OperatorAnswers } from './operator-answers.js';

/** Global, because every service that creates or acts stores its answer with its effect. */
@Global()
@Module({ providers: [IdempotentAnswers, OperatorAnswers], exports: [IdempotentAnswers, OperatorAnswers] })
export class IdempotencyModule {}
