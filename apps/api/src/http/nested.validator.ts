import { applyDecorators, type Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsObject, ValidateNested } from 'class-validator';

/** An object of a class, validated by it. A list in its place is none, which nested validation by itself lets pass. */
export function IsNested(of: () => Class): PropertyDecorator {
  return applyDecorators(IsObject(), ValidateNested(), Type(of));
}

/** A list of such objects. */
export function IsListOfNested(of: () => Class): PropertyDecorator {
  return applyDecorators(IsArray(), IsObject({ each: true }), ValidateNested({ each: true }), Type(of));
}
