// Made by scripts/codegen.ts from the .proto files beside this folder. Do not edit: run `npm run codegen`.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $toNumber = (value) => typeof value === "number" ? value : value.toNumber();
const $maxFields = 400000;
const $boundedReader = (bytes) => {
 const reader = $Reader.create(bytes);
 if (bytes.length <= $maxFields) return reader;
 let left = $maxFields;
 const tag = reader.tag;
 reader.tag = () => {
  if (left-- === 0) throw $RangeError('more than ' + $maxFields + ' fields');
  return tag.call(reader);
 };
 return reader;
};
const $root = $protobuf.roots["tidegate"] || ($protobuf.roots["tidegate"] = {});

export const coder = $root.coder = (() => {

 const coder = {};

 coder.agent = (function() {

  const agent = {};

  agent.v2 = (function() {

   const v2 = {};

   v2.AppHealth = (function() {
    const valuesById = $Object.create(null), values = $Object.create(valuesById);
    values[valuesById[0] = "APP_HEALTH_UNSPECIFIED"] = 0;
    values[valuesById[1] = "DISABLED"] = 1;
    values[valuesById[2] = "INITIALIZING"] = 2;
    values[valuesById[3] = "HEALTHY"] = 3;
    values[valuesById[4] = "UNHEALTHY"] = 4;
    return values;
   })();

   v2.WorkspaceApp = (function() {

    const WorkspaceApp = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceApp.prototype.id = $util.newBuffer([]);
    WorkspaceApp.prototype.url = "";
    WorkspaceApp.prototype.external = false;
    WorkspaceApp.prototype.slug = "";
    WorkspaceApp.prototype.displayName = "";
    WorkspaceApp.prototype.command = "";
    WorkspaceApp.prototype.icon = "";
    WorkspaceApp.prototype.subdomain = false;
    WorkspaceApp.prototype.subdomainName = "";
    WorkspaceApp.prototype.sharingLevel = 0;
    WorkspaceApp.prototype.healthcheck = null;
    WorkspaceApp.prototype.health = 0;
    WorkspaceApp.prototype.hidden = false;

    WorkspaceApp.create = function(properties) {
     return new WorkspaceApp(properties);
    };

    WorkspaceApp.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
      writer.uint32(10).bytes(message.id);
     if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
      writer.uint32(18).string(message.url);
     if (message.external != null && $Object.hasOwnProperty.call(message, "external") && message.external !== false)
      writer.uint32(24).bool(message.external);
     if (message.slug != null && $Object.hasOwnProperty.call(message, "slug") && message.slug !== "")
      writer.uint32(34).string(message.slug);
     if (message.displayName != null && $Object.hasOwnProperty.call(message, "displayName") && message.displayName !== "")
      writer.uint32(42).string(message.displayName);
     if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command !== "")
      writer.uint32(50).string(message.command);
     if (message.icon != null && $Object.hasOwnProperty.call(message, "icon") && message.icon !== "")
      writer.uint32(58).string(message.icon);
     if (message.subdomain != null && $Object.hasOwnProperty.call(message, "subdomain") && message.subdomain !== false)
      writer.uint32(64).bool(message.subdomain);
     if (message.subdomainName != null && $Object.hasOwnProperty.call(message, "subdomainName") && message.subdomainName !== "")
      writer.uint32(74).string(message.subdomainName);
     if (message.sharingLevel != null && $Object.hasOwnProperty.call(message, "sharingLevel") && message.sharingLevel !== 0)
      writer.uint32(80).int32(message.sharingLevel);
     if (message.healthcheck != null && $Object.hasOwnProperty.call(message, "healthcheck"))
      $root.coder.agent.v2.WorkspaceApp.Healthcheck.encode(message.healthcheck, writer.uint32(90).fork(), _depth + 1).ldelim();
     if (message.health != null && $Object.hasOwnProperty.call(message, "health") && message.health !== 0)
      writer.uint32(96).int32(message.health);
     if (message.hidden != null && $Object.hasOwnProperty.call(message, "hidden") && message.hidden !== false)
      writer.uint32(104).bool(message.hidden);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceApp.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceApp();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.url = value;
        else
         delete message.url;
        continue;
       }
      case 3: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.external = value;
        else
         delete message.external;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.slug = value;
        else
         delete message.slug;
        continue;
       }
      case 5: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.displayName = value;
        else
         delete message.displayName;
        continue;
       }
      case 6: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.command = value;
        else
         delete message.command;
        continue;
       }
      case 7: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.icon = value;
        else
         delete message.icon;
        continue;
       }
      case 8: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.subdomain = value;
        else
         delete message.subdomain;
        continue;
       }
      case 9: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.subdomainName = value;
        else
         delete message.subdomainName;
        continue;
       }
      case 10: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.sharingLevel = value;
        else
         delete message.sharingLevel;
        continue;
       }
      case 11: {
        if (wireType !== 2)
         break;
        message.healthcheck = $root.coder.agent.v2.WorkspaceApp.Healthcheck.decode(reader, reader.size(), $undefined, _depth + 1, message.healthcheck);
        continue;
       }
      case 12: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.health = value;
        else
         delete message.health;
        continue;
       }
      case 13: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.hidden = value;
        else
         delete message.hidden;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    WorkspaceApp.SharingLevel = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "SHARING_LEVEL_UNSPECIFIED"] = 0;
     values[valuesById[1] = "OWNER"] = 1;
     values[valuesById[2] = "AUTHENTICATED"] = 2;
     values[valuesById[3] = "PUBLIC"] = 3;
     values[valuesById[4] = "ORGANIZATION"] = 4;
     return values;
    })();

    WorkspaceApp.Health = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "HEALTH_UNSPECIFIED"] = 0;
     values[valuesById[1] = "DISABLED"] = 1;
     values[valuesById[2] = "INITIALIZING"] = 2;
     values[valuesById[3] = "HEALTHY"] = 3;
     values[valuesById[4] = "UNHEALTHY"] = 4;
     return values;
    })();

    WorkspaceApp.Healthcheck = (function() {

     const Healthcheck = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Healthcheck.prototype.url = "";
     Healthcheck.prototype.interval = null;
     Healthcheck.prototype.threshold = 0;

     Healthcheck.create = function(properties) {
      return new Healthcheck(properties);
     };

     Healthcheck.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
       writer.uint32(10).string(message.url);
      if (message.interval != null && $Object.hasOwnProperty.call(message, "interval"))
       $root.google.protobuf.Duration.encode(message.interval, writer.uint32(18).fork(), _depth + 1).ldelim();
      if (message.threshold != null && $Object.hasOwnProperty.call(message, "threshold") && message.threshold !== 0)
       writer.uint32(24).int32(message.threshold);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Healthcheck.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.WorkspaceApp.Healthcheck();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.url = value;
         else
          delete message.url;
         continue;
        }
       case 2: {
         if (wireType !== 2)
          break;
         message.interval = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.interval);
         continue;
        }
       case 3: {
         if (wireType !== 0)
          break;
         if (value = reader.int32())
          message.threshold = value;
         else
          delete message.threshold;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Healthcheck;
    })();

    return WorkspaceApp;
   })();

   v2.WorkspaceAgentScript = (function() {

    const WorkspaceAgentScript = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceAgentScript.prototype.logSourceId = $util.newBuffer([]);
    WorkspaceAgentScript.prototype.logPath = "";
    WorkspaceAgentScript.prototype.script = "";
    WorkspaceAgentScript.prototype.cron = "";
    WorkspaceAgentScript.prototype.runOnStart = false;
    WorkspaceAgentScript.prototype.runOnStop = false;
    WorkspaceAgentScript.prototype.startBlocksLogin = false;
    WorkspaceAgentScript.prototype.timeout = null;
    WorkspaceAgentScript.prototype.displayName = "";
    WorkspaceAgentScript.prototype.id = $util.newBuffer([]);

    WorkspaceAgentScript.create = function(properties) {
     return new WorkspaceAgentScript(properties);
    };

    WorkspaceAgentScript.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.logSourceId != null && $Object.hasOwnProperty.call(message, "logSourceId") && message.logSourceId.length)
      writer.uint32(10).bytes(message.logSourceId);
     if (message.logPath != null && $Object.hasOwnProperty.call(message, "logPath") && message.logPath !== "")
      writer.uint32(18).string(message.logPath);
     if (message.script != null && $Object.hasOwnProperty.call(message, "script") && message.script !== "")
      writer.uint32(26).string(message.script);
     if (message.cron != null && $Object.hasOwnProperty.call(message, "cron") && message.cron !== "")
      writer.uint32(34).string(message.cron);
     if (message.runOnStart != null && $Object.hasOwnProperty.call(message, "runOnStart") && message.runOnStart !== false)
      writer.uint32(40).bool(message.runOnStart);
     if (message.runOnStop != null && $Object.hasOwnProperty.call(message, "runOnStop") && message.runOnStop !== false)
      writer.uint32(48).bool(message.runOnStop);
     if (message.startBlocksLogin != null && $Object.hasOwnProperty.call(message, "startBlocksLogin") && message.startBlocksLogin !== false)
      writer.uint32(56).bool(message.startBlocksLogin);
     if (message.timeout != null && $Object.hasOwnProperty.call(message, "timeout"))
      $root.google.protobuf.Duration.encode(message.timeout, writer.uint32(66).fork(), _depth + 1).ldelim();
     if (message.displayName != null && $Object.hasOwnProperty.call(message, "displayName") && message.displayName !== "")
      writer.uint32(74).string(message.displayName);
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
      writer.uint32(82).bytes(message.id);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceAgentScript.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceAgentScript();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.logSourceId = value;
        else
         delete message.logSourceId;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.logPath = value;
        else
         delete message.logPath;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.script = value;
        else
         delete message.script;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.cron = value;
        else
         delete message.cron;
        continue;
       }
      case 5: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.runOnStart = value;
        else
         delete message.runOnStart;
        continue;
       }
      case 6: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.runOnStop = value;
        else
         delete message.runOnStop;
        continue;
       }
      case 7: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.startBlocksLogin = value;
        else
         delete message.startBlocksLogin;
        continue;
       }
      case 8: {
        if (wireType !== 2)
         break;
        message.timeout = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.timeout);
        continue;
       }
      case 9: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.displayName = value;
        else
         delete message.displayName;
        continue;
       }
      case 10: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceAgentScript;
   })();

   v2.WorkspaceAgentMetadata = (function() {

    const WorkspaceAgentMetadata = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceAgentMetadata.create = function(properties) {
     return new WorkspaceAgentMetadata(properties);
    };

    WorkspaceAgentMetadata.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceAgentMetadata.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceAgentMetadata();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    WorkspaceAgentMetadata.Result = (function() {

     const Result = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Result.prototype.collectedAt = null;
     Result.prototype.age = 0;
     Result.prototype.value = "";
     Result.prototype.error = "";

     Result.create = function(properties) {
      return new Result(properties);
     };

     Result.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.collectedAt != null && $Object.hasOwnProperty.call(message, "collectedAt"))
       $root.google.protobuf.Timestamp.encode(message.collectedAt, writer.uint32(10).fork(), _depth + 1).ldelim();
      if (message.age != null && $Object.hasOwnProperty.call(message, "age") && (typeof message.age === "object" ? message.age.low || message.age.high : message.age !== 0))
       writer.uint32(16).int64(message.age);
      if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
       writer.uint32(26).string(message.value);
      if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
       writer.uint32(34).string(message.error);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Result.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.WorkspaceAgentMetadata.Result();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         message.collectedAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.collectedAt);
         continue;
        }
       case 2: {
         if (wireType !== 0)
          break;
         if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
          message.age = value;
         else
          delete message.age;
         continue;
        }
       case 3: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.value = value;
         else
          delete message.value;
         continue;
        }
       case 4: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.error = value;
         else
          delete message.error;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Result;
    })();

    WorkspaceAgentMetadata.Description = (function() {

     const Description = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Description.prototype.displayName = "";
     Description.prototype.key = "";
     Description.prototype.script = "";
     Description.prototype.interval = null;
     Description.prototype.timeout = null;

     Description.create = function(properties) {
      return new Description(properties);
     };

     Description.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.displayName != null && $Object.hasOwnProperty.call(message, "displayName") && message.displayName !== "")
       writer.uint32(10).string(message.displayName);
      if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
       writer.uint32(18).string(message.key);
      if (message.script != null && $Object.hasOwnProperty.call(message, "script") && message.script !== "")
       writer.uint32(26).string(message.script);
      if (message.interval != null && $Object.hasOwnProperty.call(message, "interval"))
       $root.google.protobuf.Duration.encode(message.interval, writer.uint32(34).fork(), _depth + 1).ldelim();
      if (message.timeout != null && $Object.hasOwnProperty.call(message, "timeout"))
       $root.google.protobuf.Duration.encode(message.timeout, writer.uint32(42).fork(), _depth + 1).ldelim();
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Description.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.WorkspaceAgentMetadata.Description();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.displayName = value;
         else
          delete message.displayName;
         continue;
        }
       case 2: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.key = value;
         else
          delete message.key;
         continue;
        }
       case 3: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.script = value;
         else
          delete message.script;
         continue;
        }
       case 4: {
         if (wireType !== 2)
          break;
         message.interval = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.interval);
         continue;
        }
       case 5: {
         if (wireType !== 2)
          break;
         message.timeout = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.timeout);
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Description;
    })();

    return WorkspaceAgentMetadata;
   })();

   v2.WorkspaceAgentDevcontainer = (function() {

    const WorkspaceAgentDevcontainer = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceAgentDevcontainer.prototype.id = $util.newBuffer([]);
    WorkspaceAgentDevcontainer.prototype.workspaceFolder = "";
    WorkspaceAgentDevcontainer.prototype.configPath = "";
    WorkspaceAgentDevcontainer.prototype.name = "";
    WorkspaceAgentDevcontainer.prototype.subagentId = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(WorkspaceAgentDevcontainer.prototype, "_subagentId", {
     get: $util.oneOfGetter($oneOfFields = ["subagentId"]),
     set: $util.oneOfSetter($oneOfFields)
    });

    WorkspaceAgentDevcontainer.create = function(properties) {
     return new WorkspaceAgentDevcontainer(properties);
    };

    WorkspaceAgentDevcontainer.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
      writer.uint32(10).bytes(message.id);
     if (message.workspaceFolder != null && $Object.hasOwnProperty.call(message, "workspaceFolder") && message.workspaceFolder !== "")
      writer.uint32(18).string(message.workspaceFolder);
     if (message.configPath != null && $Object.hasOwnProperty.call(message, "configPath") && message.configPath !== "")
      writer.uint32(26).string(message.configPath);
     if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
      writer.uint32(34).string(message.name);
     if (message.subagentId != null && $Object.hasOwnProperty.call(message, "subagentId"))
      writer.uint32(42).bytes(message.subagentId);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceAgentDevcontainer.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceAgentDevcontainer();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.workspaceFolder = value;
        else
         delete message.workspaceFolder;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.configPath = value;
        else
         delete message.configPath;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.name = value;
        else
         delete message.name;
        continue;
       }
      case 5: {
        if (wireType !== 2)
         break;
        message.subagentId = reader.bytes();
        message._subagentId = "subagentId";
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceAgentDevcontainer;
   })();

   v2.WorkspaceSecret = (function() {

    const WorkspaceSecret = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceSecret.prototype.envName = "";
    WorkspaceSecret.prototype.filePath = "";
    WorkspaceSecret.prototype.value = $util.newBuffer([]);

    WorkspaceSecret.create = function(properties) {
     return new WorkspaceSecret(properties);
    };

    WorkspaceSecret.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.envName != null && $Object.hasOwnProperty.call(message, "envName") && message.envName !== "")
      writer.uint32(10).string(message.envName);
     if (message.filePath != null && $Object.hasOwnProperty.call(message, "filePath") && message.filePath !== "")
      writer.uint32(18).string(message.filePath);
     if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value.length)
      writer.uint32(26).bytes(message.value);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceSecret.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceSecret();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.envName = value;
        else
         delete message.envName;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.filePath = value;
        else
         delete message.filePath;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.value = value;
        else
         delete message.value;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceSecret;
   })();

   v2.Manifest = (function() {

    const Manifest = function (properties) {
     this.environmentVariables = {};
     this.scripts = [];
     this.apps = [];
     this.metadata = [];
     this.devcontainers = [];
     this.secrets = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Manifest.prototype.agentId = $util.newBuffer([]);
    Manifest.prototype.gitAuthConfigs = 0;
    Manifest.prototype.environmentVariables = $util.emptyObject;
    Manifest.prototype.directory = "";
    Manifest.prototype.vsCodePortProxyUri = "";
    Manifest.prototype.motdPath = "";
    Manifest.prototype.disableDirectConnections = false;
    Manifest.prototype.derpForceWebsockets = false;
    Manifest.prototype.derpMap = null;
    Manifest.prototype.scripts = $util.emptyArray;
    Manifest.prototype.apps = $util.emptyArray;
    Manifest.prototype.metadata = $util.emptyArray;
    Manifest.prototype.ownerUsername = "";
    Manifest.prototype.workspaceId = $util.newBuffer([]);
    Manifest.prototype.agentName = "";
    Manifest.prototype.workspaceName = "";
    Manifest.prototype.devcontainers = $util.emptyArray;
    Manifest.prototype.parentId = null;
    Manifest.prototype.secrets = $util.emptyArray;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Manifest.prototype, "_parentId", {
     get: $util.oneOfGetter($oneOfFields = ["parentId"]),
     set: $util.oneOfSetter($oneOfFields)
    });

    Manifest.create = function(properties) {
     return new Manifest(properties);
    };

    Manifest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.agentId != null && $Object.hasOwnProperty.call(message, "agentId") && message.agentId.length)
      writer.uint32(10).bytes(message.agentId);
     if (message.gitAuthConfigs != null && $Object.hasOwnProperty.call(message, "gitAuthConfigs") && message.gitAuthConfigs !== 0)
      writer.uint32(16).uint32(message.gitAuthConfigs);
     if (message.environmentVariables != null && $Object.hasOwnProperty.call(message, "environmentVariables"))
      for (let keys = $Object.keys(message.environmentVariables), i = 0; i < keys.length; ++i)
       writer.uint32(26).fork().uint32(10).string(keys[i]).uint32(18).string(message.environmentVariables[keys[i]]).ldelim();
     if (message.directory != null && $Object.hasOwnProperty.call(message, "directory") && message.directory !== "")
      writer.uint32(34).string(message.directory);
     if (message.vsCodePortProxyUri != null && $Object.hasOwnProperty.call(message, "vsCodePortProxyUri") && message.vsCodePortProxyUri !== "")
      writer.uint32(42).string(message.vsCodePortProxyUri);
     if (message.motdPath != null && $Object.hasOwnProperty.call(message, "motdPath") && message.motdPath !== "")
      writer.uint32(50).string(message.motdPath);
     if (message.disableDirectConnections != null && $Object.hasOwnProperty.call(message, "disableDirectConnections") && message.disableDirectConnections !== false)
      writer.uint32(56).bool(message.disableDirectConnections);
     if (message.derpForceWebsockets != null && $Object.hasOwnProperty.call(message, "derpForceWebsockets") && message.derpForceWebsockets !== false)
      writer.uint32(64).bool(message.derpForceWebsockets);
     if (message.derpMap != null && $Object.hasOwnProperty.call(message, "derpMap"))
      $root.coder.tailnet.v2.DERPMap.encode(message.derpMap, writer.uint32(74).fork(), _depth + 1).ldelim();
     if (message.scripts != null && message.scripts.length)
      for (let i = 0; i < message.scripts.length; ++i)
       $root.coder.agent.v2.WorkspaceAgentScript.encode(message.scripts[i], writer.uint32(82).fork(), _depth + 1).ldelim();
     if (message.apps != null && message.apps.length)
      for (let i = 0; i < message.apps.length; ++i)
       $root.coder.agent.v2.WorkspaceApp.encode(message.apps[i], writer.uint32(90).fork(), _depth + 1).ldelim();
     if (message.metadata != null && message.metadata.length)
      for (let i = 0; i < message.metadata.length; ++i)
       $root.coder.agent.v2.WorkspaceAgentMetadata.Description.encode(message.metadata[i], writer.uint32(98).fork(), _depth + 1).ldelim();
     if (message.ownerUsername != null && $Object.hasOwnProperty.call(message, "ownerUsername") && message.ownerUsername !== "")
      writer.uint32(106).string(message.ownerUsername);
     if (message.workspaceId != null && $Object.hasOwnProperty.call(message, "workspaceId") && message.workspaceId.length)
      writer.uint32(114).bytes(message.workspaceId);
     if (message.agentName != null && $Object.hasOwnProperty.call(message, "agentName") && message.agentName !== "")
      writer.uint32(122).string(message.agentName);
     if (message.workspaceName != null && $Object.hasOwnProperty.call(message, "workspaceName") && message.workspaceName !== "")
      writer.uint32(130).string(message.workspaceName);
     if (message.devcontainers != null && message.devcontainers.length)
      for (let i = 0; i < message.devcontainers.length; ++i)
       $root.coder.agent.v2.WorkspaceAgentDevcontainer.encode(message.devcontainers[i], writer.uint32(138).fork(), _depth + 1).ldelim();
     if (message.parentId != null && $Object.hasOwnProperty.call(message, "parentId"))
      writer.uint32(146).bytes(message.parentId);
     if (message.secrets != null && message.secrets.length)
      for (let i = 0; i < message.secrets.length; ++i)
       $root.coder.agent.v2.WorkspaceSecret.encode(message.secrets[i], writer.uint32(154).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Manifest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, key, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Manifest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.agentId = value;
        else
         delete message.agentId;
        continue;
       }
      case 2: {
        if (wireType !== 0)
         break;
        if (value = reader.uint32())
         message.gitAuthConfigs = value;
        else
         delete message.gitAuthConfigs;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if (message.environmentVariables === $util.emptyObject)
         message.environmentVariables = {};
        let end2 = reader.size() + reader.pos;
        if (end2 > reader.len)
         throw $RangeError("index out of range");
        reader.len = end2;
        key = "";
        value = "";
        while (reader.pos < end2) {
         let tag2 = reader.tag();
         wireType = tag2 & 7;
         switch (tag2 >>>= 3) {
         case 1:
          if (wireType !== 2)
           break;
          key = reader.string();
          continue;
         case 2:
          if (wireType !== 2)
           break;
          value = reader.string();
          continue;
         }
         reader.skipType(wireType, _depth, tag2);
        }
        if (reader.pos !== end2)
         throw $RangeError("index out of range");
        reader.len = end;
        if (key === "__proto__")
         $util.makeProp(message.environmentVariables, key);
        message.environmentVariables[key] = value;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.directory = value;
        else
         delete message.directory;
        continue;
       }
      case 5: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.vsCodePortProxyUri = value;
        else
         delete message.vsCodePortProxyUri;
        continue;
       }
      case 6: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.motdPath = value;
        else
         delete message.motdPath;
        continue;
       }
      case 7: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.disableDirectConnections = value;
        else
         delete message.disableDirectConnections;
        continue;
       }
      case 8: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.derpForceWebsockets = value;
        else
         delete message.derpForceWebsockets;
        continue;
       }
      case 9: {
        if (wireType !== 2)
         break;
        message.derpMap = $root.coder.tailnet.v2.DERPMap.decode(reader, reader.size(), $undefined, _depth + 1, message.derpMap);
        continue;
       }
      case 10: {
        if (wireType !== 2)
         break;
        if (!(message.scripts && message.scripts.length))
         message.scripts = [];
        message.scripts.push($root.coder.agent.v2.WorkspaceAgentScript.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 11: {
        if (wireType !== 2)
         break;
        if (!(message.apps && message.apps.length))
         message.apps = [];
        message.apps.push($root.coder.agent.v2.WorkspaceApp.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 12: {
        if (wireType !== 2)
         break;
        if (!(message.metadata && message.metadata.length))
         message.metadata = [];
        message.metadata.push($root.coder.agent.v2.WorkspaceAgentMetadata.Description.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 13: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.ownerUsername = value;
        else
         delete message.ownerUsername;
        continue;
       }
      case 14: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.workspaceId = value;
        else
         delete message.workspaceId;
        continue;
       }
      case 15: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.agentName = value;
        else
         delete message.agentName;
        continue;
       }
      case 16: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.workspaceName = value;
        else
         delete message.workspaceName;
        continue;
       }
      case 17: {
        if (wireType !== 2)
         break;
        if (!(message.devcontainers && message.devcontainers.length))
         message.devcontainers = [];
        message.devcontainers.push($root.coder.agent.v2.WorkspaceAgentDevcontainer.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 18: {
        if (wireType !== 2)
         break;
        message.parentId = reader.bytes();
        message._parentId = "parentId";
        continue;
       }
      case 19: {
        if (wireType !== 2)
         break;
        if (!(message.secrets && message.secrets.length))
         message.secrets = [];
        message.secrets.push($root.coder.agent.v2.WorkspaceSecret.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return Manifest;
   })();

   v2.GetManifestRequest = (function() {

    const GetManifestRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    GetManifestRequest.create = function(properties) {
     return new GetManifestRequest(properties);
    };

    GetManifestRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    GetManifestRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.GetManifestRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return GetManifestRequest;
   })();

   v2.ServiceBanner = (function() {

    const ServiceBanner = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ServiceBanner.prototype.enabled = false;
    ServiceBanner.prototype.message = "";
    ServiceBanner.prototype.backgroundColor = "";

    ServiceBanner.create = function(properties) {
     return new ServiceBanner(properties);
    };

    ServiceBanner.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.enabled != null && $Object.hasOwnProperty.call(message, "enabled") && message.enabled !== false)
      writer.uint32(8).bool(message.enabled);
     if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
      writer.uint32(18).string(message.message);
     if (message.backgroundColor != null && $Object.hasOwnProperty.call(message, "backgroundColor") && message.backgroundColor !== "")
      writer.uint32(26).string(message.backgroundColor);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ServiceBanner.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ServiceBanner();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.enabled = value;
        else
         delete message.enabled;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.message = value;
        else
         delete message.message;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.backgroundColor = value;
        else
         delete message.backgroundColor;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ServiceBanner;
   })();

   v2.GetServiceBannerRequest = (function() {

    const GetServiceBannerRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    GetServiceBannerRequest.create = function(properties) {
     return new GetServiceBannerRequest(properties);
    };

    GetServiceBannerRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    GetServiceBannerRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.GetServiceBannerRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return GetServiceBannerRequest;
   })();

   v2.Stats = (function() {

    const Stats = function (properties) {
     this.connectionsByProto = {};
     this.metrics = [];
     this.sessionCounts = {};
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Stats.prototype.connectionsByProto = $util.emptyObject;
    Stats.prototype.connectionCount = 0;
    Stats.prototype.connectionMedianLatencyMs = 0;
    Stats.prototype.rxPackets = 0;
    Stats.prototype.rxBytes = 0;
    Stats.prototype.txPackets = 0;
    Stats.prototype.txBytes = 0;
    Stats.prototype.sessionCountVscode = 0;
    Stats.prototype.sessionCountJetbrains = 0;
    Stats.prototype.sessionCountReconnectingPty = 0;
    Stats.prototype.sessionCountSsh = 0;
    Stats.prototype.metrics = $util.emptyArray;
    Stats.prototype.sessionCounts = $util.emptyObject;

    Stats.create = function(properties) {
     return new Stats(properties);
    };

    Stats.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.connectionsByProto != null && $Object.hasOwnProperty.call(message, "connectionsByProto"))
      for (let keys = $Object.keys(message.connectionsByProto), i = 0; i < keys.length; ++i)
       writer.uint32(10).fork().uint32(10).string(keys[i]).uint32(16).int64(message.connectionsByProto[keys[i]]).ldelim();
     if (message.connectionCount != null && $Object.hasOwnProperty.call(message, "connectionCount") && (typeof message.connectionCount === "object" ? message.connectionCount.low || message.connectionCount.high : message.connectionCount !== 0))
      writer.uint32(16).int64(message.connectionCount);
     if (message.connectionMedianLatencyMs != null && $Object.hasOwnProperty.call(message, "connectionMedianLatencyMs") && !$Object.is(message.connectionMedianLatencyMs, 0))
      writer.uint32(25).double(message.connectionMedianLatencyMs);
     if (message.rxPackets != null && $Object.hasOwnProperty.call(message, "rxPackets") && (typeof message.rxPackets === "object" ? message.rxPackets.low || message.rxPackets.high : message.rxPackets !== 0))
      writer.uint32(32).int64(message.rxPackets);
     if (message.rxBytes != null && $Object.hasOwnProperty.call(message, "rxBytes") && (typeof message.rxBytes === "object" ? message.rxBytes.low || message.rxBytes.high : message.rxBytes !== 0))
      writer.uint32(40).int64(message.rxBytes);
     if (message.txPackets != null && $Object.hasOwnProperty.call(message, "txPackets") && (typeof message.txPackets === "object" ? message.txPackets.low || message.txPackets.high : message.txPackets !== 0))
      writer.uint32(48).int64(message.txPackets);
     if (message.txBytes != null && $Object.hasOwnProperty.call(message, "txBytes") && (typeof message.txBytes === "object" ? message.txBytes.low || message.txBytes.high : message.txBytes !== 0))
      writer.uint32(56).int64(message.txBytes);
     if (message.sessionCountVscode != null && $Object.hasOwnProperty.call(message, "sessionCountVscode") && (typeof message.sessionCountVscode === "object" ? message.sessionCountVscode.low || message.sessionCountVscode.high : message.sessionCountVscode !== 0))
      writer.uint32(64).int64(message.sessionCountVscode);
     if (message.sessionCountJetbrains != null && $Object.hasOwnProperty.call(message, "sessionCountJetbrains") && (typeof message.sessionCountJetbrains === "object" ? message.sessionCountJetbrains.low || message.sessionCountJetbrains.high : message.sessionCountJetbrains !== 0))
      writer.uint32(72).int64(message.sessionCountJetbrains);
     if (message.sessionCountReconnectingPty != null && $Object.hasOwnProperty.call(message, "sessionCountReconnectingPty") && (typeof message.sessionCountReconnectingPty === "object" ? message.sessionCountReconnectingPty.low || message.sessionCountReconnectingPty.high : message.sessionCountReconnectingPty !== 0))
      writer.uint32(80).int64(message.sessionCountReconnectingPty);
     if (message.sessionCountSsh != null && $Object.hasOwnProperty.call(message, "sessionCountSsh") && (typeof message.sessionCountSsh === "object" ? message.sessionCountSsh.low || message.sessionCountSsh.high : message.sessionCountSsh !== 0))
      writer.uint32(88).int64(message.sessionCountSsh);
     if (message.metrics != null && message.metrics.length)
      for (let i = 0; i < message.metrics.length; ++i)
       $root.coder.agent.v2.Stats.Metric.encode(message.metrics[i], writer.uint32(98).fork(), _depth + 1).ldelim();
     if (message.sessionCounts != null && $Object.hasOwnProperty.call(message, "sessionCounts"))
      for (let keys = $Object.keys(message.sessionCounts), i = 0; i < keys.length; ++i)
       writer.uint32(106).fork().uint32(10).string(keys[i]).uint32(16).int64(message.sessionCounts[keys[i]]).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Stats.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, key, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Stats();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (message.connectionsByProto === $util.emptyObject)
         message.connectionsByProto = {};
        let end2 = reader.size() + reader.pos;
        if (end2 > reader.len)
         throw $RangeError("index out of range");
        reader.len = end2;
        key = "";
        value = 0;
        while (reader.pos < end2) {
         let tag2 = reader.tag();
         wireType = tag2 & 7;
         switch (tag2 >>>= 3) {
         case 1:
          if (wireType !== 2)
           break;
          key = reader.string();
          continue;
         case 2:
          if (wireType !== 0)
           break;
          value = $toNumber(reader.int64());
          continue;
         }
         reader.skipType(wireType, _depth, tag2);
        }
        if (reader.pos !== end2)
         throw $RangeError("index out of range");
        reader.len = end;
        if (key === "__proto__")
         $util.makeProp(message.connectionsByProto, key);
        message.connectionsByProto[key] = value;
        continue;
       }
      case 2: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.connectionCount = value;
        else
         delete message.connectionCount;
        continue;
       }
      case 3: {
        if (wireType !== 1)
         break;
        if (!$Object.is(value = reader.double(), 0))
         message.connectionMedianLatencyMs = value;
        else
         delete message.connectionMedianLatencyMs;
        continue;
       }
      case 4: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.rxPackets = value;
        else
         delete message.rxPackets;
        continue;
       }
      case 5: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.rxBytes = value;
        else
         delete message.rxBytes;
        continue;
       }
      case 6: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.txPackets = value;
        else
         delete message.txPackets;
        continue;
       }
      case 7: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.txBytes = value;
        else
         delete message.txBytes;
        continue;
       }
      case 8: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.sessionCountVscode = value;
        else
         delete message.sessionCountVscode;
        continue;
       }
      case 9: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.sessionCountJetbrains = value;
        else
         delete message.sessionCountJetbrains;
        continue;
       }
      case 10: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.sessionCountReconnectingPty = value;
        else
         delete message.sessionCountReconnectingPty;
        continue;
       }
      case 11: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.sessionCountSsh = value;
        else
         delete message.sessionCountSsh;
        continue;
       }
      case 12: {
        if (wireType !== 2)
         break;
        if (!(message.metrics && message.metrics.length))
         message.metrics = [];
        message.metrics.push($root.coder.agent.v2.Stats.Metric.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 13: {
        if (wireType !== 2)
         break;
        if (message.sessionCounts === $util.emptyObject)
         message.sessionCounts = {};
        let end2 = reader.size() + reader.pos;
        if (end2 > reader.len)
         throw $RangeError("index out of range");
        reader.len = end2;
        key = "";
        value = 0;
        while (reader.pos < end2) {
         let tag2 = reader.tag();
         wireType = tag2 & 7;
         switch (tag2 >>>= 3) {
         case 1:
          if (wireType !== 2)
           break;
          key = reader.string();
          continue;
         case 2:
          if (wireType !== 0)
           break;
          value = $toNumber(reader.int64());
          continue;
         }
         reader.skipType(wireType, _depth, tag2);
        }
        if (reader.pos !== end2)
         throw $RangeError("index out of range");
        reader.len = end;
        if (key === "__proto__")
         $util.makeProp(message.sessionCounts, key);
        message.sessionCounts[key] = value;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    Stats.Metric = (function() {

     const Metric = function (properties) {
      this.labels = [];
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Metric.prototype.name = "";
     Metric.prototype.type = 0;
     Metric.prototype.value = 0;
     Metric.prototype.labels = $util.emptyArray;

     Metric.create = function(properties) {
      return new Metric(properties);
     };

     Metric.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
       writer.uint32(10).string(message.name);
      if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
       writer.uint32(16).int32(message.type);
      if (message.value != null && $Object.hasOwnProperty.call(message, "value") && !$Object.is(message.value, 0))
       writer.uint32(25).double(message.value);
      if (message.labels != null && message.labels.length)
       for (let i = 0; i < message.labels.length; ++i)
        $root.coder.agent.v2.Stats.Metric.Label.encode(message.labels[i], writer.uint32(34).fork(), _depth + 1).ldelim();
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Metric.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.Stats.Metric();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.name = value;
         else
          delete message.name;
         continue;
        }
       case 2: {
         if (wireType !== 0)
          break;
         if (value = reader.int32())
          message.type = value;
         else
          delete message.type;
         continue;
        }
       case 3: {
         if (wireType !== 1)
          break;
         if (!$Object.is(value = reader.double(), 0))
          message.value = value;
         else
          delete message.value;
         continue;
        }
       case 4: {
         if (wireType !== 2)
          break;
         if (!(message.labels && message.labels.length))
          message.labels = [];
         message.labels.push($root.coder.agent.v2.Stats.Metric.Label.decode(reader, reader.size(), $undefined, _depth + 1));
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     Metric.Type = (function() {
      const valuesById = $Object.create(null), values = $Object.create(valuesById);
      values[valuesById[0] = "TYPE_UNSPECIFIED"] = 0;
      values[valuesById[1] = "COUNTER"] = 1;
      values[valuesById[2] = "GAUGE"] = 2;
      return values;
     })();

     Metric.Label = (function() {

      const Label = function (properties) {
       if (properties)
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
         if (properties[keys[i]] != null && keys[i] !== "__proto__")
          this[keys[i]] = properties[keys[i]];
      };

      Label.prototype.name = "";
      Label.prototype.value = "";

      Label.create = function(properties) {
       return new Label(properties);
      };

      Label.encode = function (message, writer, _depth) {
       if (!writer)
        writer = $Writer.create();
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $util.recursionLimit)
        throw $Error("max depth exceeded");
       if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
        writer.uint32(10).string(message.name);
       if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
        writer.uint32(18).string(message.value);
       if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
        for (let i = 0; i < message.$unknowns.length; ++i)
         writer.raw(message.$unknowns[i]);
       return writer;
      };

      Label.decode = function (reader, length, _end, _depth, _target) {
       if (!(reader instanceof $Reader))
        reader = $boundedReader(reader);
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $Reader.recursionLimit)
        throw $Error("max depth exceeded");
       let end, message, value;
       if (length === $undefined)
        end = reader.len;
       else {
        end = reader.pos + length;
        if (end > reader.len)
         throw $RangeError("index out of range");
        length = reader.len;
        reader.len = end;
       }
       message = _target || new $root.coder.agent.v2.Stats.Metric.Label();
       while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
         _end = $undefined;
         break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
        case 1: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.name = value;
          else
           delete message.name;
          continue;
         }
        case 2: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.value = value;
          else
           delete message.value;
          continue;
         }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
         $util.makeProp(message, "$unknowns", false);
         (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
        }
       }
       if (length !== $undefined) {
        if (reader.pos !== end)
         throw $RangeError("index out of range");
        reader.len = length;
       }
       if (_end !== $undefined)
        throw $Error("missing end group");
       return message;
      };

      return Label;
     })();

     return Metric;
    })();

    return Stats;
   })();

   v2.UpdateStatsRequest = (function() {

    const UpdateStatsRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    UpdateStatsRequest.prototype.stats = null;

    UpdateStatsRequest.create = function(properties) {
     return new UpdateStatsRequest(properties);
    };

    UpdateStatsRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.stats != null && $Object.hasOwnProperty.call(message, "stats"))
      $root.coder.agent.v2.Stats.encode(message.stats, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    UpdateStatsRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.UpdateStatsRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.stats = $root.coder.agent.v2.Stats.decode(reader, reader.size(), $undefined, _depth + 1, message.stats);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return UpdateStatsRequest;
   })();

   v2.UpdateStatsResponse = (function() {

    const UpdateStatsResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    UpdateStatsResponse.prototype.reportInterval = null;

    UpdateStatsResponse.create = function(properties) {
     return new UpdateStatsResponse(properties);
    };

    UpdateStatsResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.reportInterval != null && $Object.hasOwnProperty.call(message, "reportInterval"))
      $root.google.protobuf.Duration.encode(message.reportInterval, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    UpdateStatsResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.UpdateStatsResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.reportInterval = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.reportInterval);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return UpdateStatsResponse;
   })();

   v2.Lifecycle = (function() {

    const Lifecycle = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Lifecycle.prototype.state = 0;
    Lifecycle.prototype.changedAt = null;

    Lifecycle.create = function(properties) {
     return new Lifecycle(properties);
    };

    Lifecycle.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
      writer.uint32(8).int32(message.state);
     if (message.changedAt != null && $Object.hasOwnProperty.call(message, "changedAt"))
      $root.google.protobuf.Timestamp.encode(message.changedAt, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Lifecycle.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Lifecycle();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.state = value;
        else
         delete message.state;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.changedAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.changedAt);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    Lifecycle.State = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "STATE_UNSPECIFIED"] = 0;
     values[valuesById[1] = "CREATED"] = 1;
     values[valuesById[2] = "STARTING"] = 2;
     values[valuesById[3] = "START_TIMEOUT"] = 3;
     values[valuesById[4] = "START_ERROR"] = 4;
     values[valuesById[5] = "READY"] = 5;
     values[valuesById[6] = "SHUTTING_DOWN"] = 6;
     values[valuesById[7] = "SHUTDOWN_TIMEOUT"] = 7;
     values[valuesById[8] = "SHUTDOWN_ERROR"] = 8;
     values[valuesById[9] = "OFF"] = 9;
     return values;
    })();

    return Lifecycle;
   })();

   v2.UpdateLifecycleRequest = (function() {

    const UpdateLifecycleRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    UpdateLifecycleRequest.prototype.lifecycle = null;

    UpdateLifecycleRequest.create = function(properties) {
     return new UpdateLifecycleRequest(properties);
    };

    UpdateLifecycleRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.lifecycle != null && $Object.hasOwnProperty.call(message, "lifecycle"))
      $root.coder.agent.v2.Lifecycle.encode(message.lifecycle, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    UpdateLifecycleRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.UpdateLifecycleRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.lifecycle = $root.coder.agent.v2.Lifecycle.decode(reader, reader.size(), $undefined, _depth + 1, message.lifecycle);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return UpdateLifecycleRequest;
   })();

   v2.BatchUpdateAppHealthRequest = (function() {

    const BatchUpdateAppHealthRequest = function (properties) {
     this.updates = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BatchUpdateAppHealthRequest.prototype.updates = $util.emptyArray;

    BatchUpdateAppHealthRequest.create = function(properties) {
     return new BatchUpdateAppHealthRequest(properties);
    };

    BatchUpdateAppHealthRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.updates != null && message.updates.length)
      for (let i = 0; i < message.updates.length; ++i)
       $root.coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.encode(message.updates[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BatchUpdateAppHealthRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BatchUpdateAppHealthRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.updates && message.updates.length))
         message.updates = [];
        message.updates.push($root.coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    BatchUpdateAppHealthRequest.HealthUpdate = (function() {

     const HealthUpdate = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     HealthUpdate.prototype.id = $util.newBuffer([]);
     HealthUpdate.prototype.health = 0;

     HealthUpdate.create = function(properties) {
      return new HealthUpdate(properties);
     };

     HealthUpdate.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
       writer.uint32(10).bytes(message.id);
      if (message.health != null && $Object.hasOwnProperty.call(message, "health") && message.health !== 0)
       writer.uint32(16).int32(message.health);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     HealthUpdate.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.BatchUpdateAppHealthRequest.HealthUpdate();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.bytes()).length)
          message.id = value;
         else
          delete message.id;
         continue;
        }
       case 2: {
         if (wireType !== 0)
          break;
         if (value = reader.int32())
          message.health = value;
         else
          delete message.health;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return HealthUpdate;
    })();

    return BatchUpdateAppHealthRequest;
   })();

   v2.BatchUpdateAppHealthResponse = (function() {

    const BatchUpdateAppHealthResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BatchUpdateAppHealthResponse.create = function(properties) {
     return new BatchUpdateAppHealthResponse(properties);
    };

    BatchUpdateAppHealthResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BatchUpdateAppHealthResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BatchUpdateAppHealthResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BatchUpdateAppHealthResponse;
   })();

   v2.Startup = (function() {

    const Startup = function (properties) {
     this.subsystems = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Startup.prototype.version = "";
    Startup.prototype.expandedDirectory = "";
    Startup.prototype.subsystems = $util.emptyArray;

    Startup.create = function(properties) {
     return new Startup(properties);
    };

    Startup.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
      writer.uint32(10).string(message.version);
     if (message.expandedDirectory != null && $Object.hasOwnProperty.call(message, "expandedDirectory") && message.expandedDirectory !== "")
      writer.uint32(18).string(message.expandedDirectory);
     if (message.subsystems != null && message.subsystems.length)
      writer.uint32(26).int32s(message.subsystems);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Startup.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Startup();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.version = value;
        else
         delete message.version;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.expandedDirectory = value;
        else
         delete message.expandedDirectory;
        continue;
       }
      case 3: {
        if (wireType === 2) {
         if (!(message.subsystems && message.subsystems.length))
          message.subsystems = [];
         reader.int32s(message.subsystems);
         continue;
        }
        if (wireType !== 0)
         break;
        if (!(message.subsystems && message.subsystems.length))
         message.subsystems = [];
        message.subsystems.push(reader.int32());
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    Startup.Subsystem = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "SUBSYSTEM_UNSPECIFIED"] = 0;
     values[valuesById[1] = "ENVBOX"] = 1;
     values[valuesById[2] = "ENVBUILDER"] = 2;
     values[valuesById[3] = "EXECTRACE"] = 3;
     return values;
    })();

    return Startup;
   })();

   v2.UpdateStartupRequest = (function() {

    const UpdateStartupRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    UpdateStartupRequest.prototype.startup = null;

    UpdateStartupRequest.create = function(properties) {
     return new UpdateStartupRequest(properties);
    };

    UpdateStartupRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.startup != null && $Object.hasOwnProperty.call(message, "startup"))
      $root.coder.agent.v2.Startup.encode(message.startup, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    UpdateStartupRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.UpdateStartupRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.startup = $root.coder.agent.v2.Startup.decode(reader, reader.size(), $undefined, _depth + 1, message.startup);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return UpdateStartupRequest;
   })();

   v2.Metadata = (function() {

    const Metadata = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Metadata.prototype.key = "";
    Metadata.prototype.result = null;

    Metadata.create = function(properties) {
     return new Metadata(properties);
    };

    Metadata.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
      writer.uint32(10).string(message.key);
     if (message.result != null && $Object.hasOwnProperty.call(message, "result"))
      $root.coder.agent.v2.WorkspaceAgentMetadata.Result.encode(message.result, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Metadata.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Metadata();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.key = value;
        else
         delete message.key;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.result = $root.coder.agent.v2.WorkspaceAgentMetadata.Result.decode(reader, reader.size(), $undefined, _depth + 1, message.result);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return Metadata;
   })();

   v2.BatchUpdateMetadataRequest = (function() {

    const BatchUpdateMetadataRequest = function (properties) {
     this.metadata = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BatchUpdateMetadataRequest.prototype.metadata = $util.emptyArray;

    BatchUpdateMetadataRequest.create = function(properties) {
     return new BatchUpdateMetadataRequest(properties);
    };

    BatchUpdateMetadataRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.metadata != null && message.metadata.length)
      for (let i = 0; i < message.metadata.length; ++i)
       $root.coder.agent.v2.Metadata.encode(message.metadata[i], writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BatchUpdateMetadataRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BatchUpdateMetadataRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 2: {
        if (wireType !== 2)
         break;
        if (!(message.metadata && message.metadata.length))
         message.metadata = [];
        message.metadata.push($root.coder.agent.v2.Metadata.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BatchUpdateMetadataRequest;
   })();

   v2.BatchUpdateMetadataResponse = (function() {

    const BatchUpdateMetadataResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BatchUpdateMetadataResponse.create = function(properties) {
     return new BatchUpdateMetadataResponse(properties);
    };

    BatchUpdateMetadataResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BatchUpdateMetadataResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BatchUpdateMetadataResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BatchUpdateMetadataResponse;
   })();

   v2.Log = (function() {

    const Log = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Log.prototype.createdAt = null;
    Log.prototype.output = "";
    Log.prototype.level = 0;

    Log.create = function(properties) {
     return new Log(properties);
    };

    Log.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.createdAt != null && $Object.hasOwnProperty.call(message, "createdAt"))
      $root.google.protobuf.Timestamp.encode(message.createdAt, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.output != null && $Object.hasOwnProperty.call(message, "output") && message.output !== "")
      writer.uint32(18).string(message.output);
     if (message.level != null && $Object.hasOwnProperty.call(message, "level") && message.level !== 0)
      writer.uint32(24).int32(message.level);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Log.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Log();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.createdAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.createdAt);
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.output = value;
        else
         delete message.output;
        continue;
       }
      case 3: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.level = value;
        else
         delete message.level;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    Log.Level = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "LEVEL_UNSPECIFIED"] = 0;
     values[valuesById[1] = "TRACE"] = 1;
     values[valuesById[2] = "DEBUG"] = 2;
     values[valuesById[3] = "INFO"] = 3;
     values[valuesById[4] = "WARN"] = 4;
     values[valuesById[5] = "ERROR"] = 5;
     return values;
    })();

    return Log;
   })();

   v2.BatchCreateLogsRequest = (function() {

    const BatchCreateLogsRequest = function (properties) {
     this.logs = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BatchCreateLogsRequest.prototype.logSourceId = $util.newBuffer([]);
    BatchCreateLogsRequest.prototype.logs = $util.emptyArray;

    BatchCreateLogsRequest.create = function(properties) {
     return new BatchCreateLogsRequest(properties);
    };

    BatchCreateLogsRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.logSourceId != null && $Object.hasOwnProperty.call(message, "logSourceId") && message.logSourceId.length)
      writer.uint32(10).bytes(message.logSourceId);
     if (message.logs != null && message.logs.length)
      for (let i = 0; i < message.logs.length; ++i)
       $root.coder.agent.v2.Log.encode(message.logs[i], writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BatchCreateLogsRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BatchCreateLogsRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.logSourceId = value;
        else
         delete message.logSourceId;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if (!(message.logs && message.logs.length))
         message.logs = [];
        message.logs.push($root.coder.agent.v2.Log.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BatchCreateLogsRequest;
   })();

   v2.BatchCreateLogsResponse = (function() {

    const BatchCreateLogsResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BatchCreateLogsResponse.prototype.logLimitExceeded = false;

    BatchCreateLogsResponse.create = function(properties) {
     return new BatchCreateLogsResponse(properties);
    };

    BatchCreateLogsResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.logLimitExceeded != null && $Object.hasOwnProperty.call(message, "logLimitExceeded") && message.logLimitExceeded !== false)
      writer.uint32(8).bool(message.logLimitExceeded);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BatchCreateLogsResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BatchCreateLogsResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.logLimitExceeded = value;
        else
         delete message.logLimitExceeded;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BatchCreateLogsResponse;
   })();

   v2.BannerConfig = (function() {

    const BannerConfig = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BannerConfig.prototype.enabled = false;
    BannerConfig.prototype.message = "";
    BannerConfig.prototype.backgroundColor = "";

    BannerConfig.create = function(properties) {
     return new BannerConfig(properties);
    };

    BannerConfig.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.enabled != null && $Object.hasOwnProperty.call(message, "enabled") && message.enabled !== false)
      writer.uint32(8).bool(message.enabled);
     if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
      writer.uint32(18).string(message.message);
     if (message.backgroundColor != null && $Object.hasOwnProperty.call(message, "backgroundColor") && message.backgroundColor !== "")
      writer.uint32(26).string(message.backgroundColor);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BannerConfig.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BannerConfig();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.enabled = value;
        else
         delete message.enabled;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.message = value;
        else
         delete message.message;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.backgroundColor = value;
        else
         delete message.backgroundColor;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BannerConfig;
   })();

   v2.GetAnnouncementBannersRequest = (function() {

    const GetAnnouncementBannersRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    GetAnnouncementBannersRequest.create = function(properties) {
     return new GetAnnouncementBannersRequest(properties);
    };

    GetAnnouncementBannersRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    GetAnnouncementBannersRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.GetAnnouncementBannersRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return GetAnnouncementBannersRequest;
   })();

   v2.GetAnnouncementBannersResponse = (function() {

    const GetAnnouncementBannersResponse = function (properties) {
     this.announcementBanners = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    GetAnnouncementBannersResponse.prototype.announcementBanners = $util.emptyArray;

    GetAnnouncementBannersResponse.create = function(properties) {
     return new GetAnnouncementBannersResponse(properties);
    };

    GetAnnouncementBannersResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.announcementBanners != null && message.announcementBanners.length)
      for (let i = 0; i < message.announcementBanners.length; ++i)
       $root.coder.agent.v2.BannerConfig.encode(message.announcementBanners[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    GetAnnouncementBannersResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.GetAnnouncementBannersResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.announcementBanners && message.announcementBanners.length))
         message.announcementBanners = [];
        message.announcementBanners.push($root.coder.agent.v2.BannerConfig.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return GetAnnouncementBannersResponse;
   })();

   v2.Timing = (function() {

    const Timing = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Timing.prototype.scriptId = $util.newBuffer([]);
    Timing.prototype.start = null;
    Timing.prototype.end = null;
    Timing.prototype.exitCode = 0;
    Timing.prototype.stage = 0;
    Timing.prototype.status = 0;

    Timing.create = function(properties) {
     return new Timing(properties);
    };

    Timing.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.scriptId != null && $Object.hasOwnProperty.call(message, "scriptId") && message.scriptId.length)
      writer.uint32(10).bytes(message.scriptId);
     if (message.start != null && $Object.hasOwnProperty.call(message, "start"))
      $root.google.protobuf.Timestamp.encode(message.start, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
      $root.google.protobuf.Timestamp.encode(message.end, writer.uint32(26).fork(), _depth + 1).ldelim();
     if (message.exitCode != null && $Object.hasOwnProperty.call(message, "exitCode") && message.exitCode !== 0)
      writer.uint32(32).int32(message.exitCode);
     if (message.stage != null && $Object.hasOwnProperty.call(message, "stage") && message.stage !== 0)
      writer.uint32(40).int32(message.stage);
     if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
      writer.uint32(48).int32(message.status);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Timing.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Timing();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.scriptId = value;
        else
         delete message.scriptId;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.start = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.start);
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        message.end = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.end);
        continue;
       }
      case 4: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.exitCode = value;
        else
         delete message.exitCode;
        continue;
       }
      case 5: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.stage = value;
        else
         delete message.stage;
        continue;
       }
      case 6: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.status = value;
        else
         delete message.status;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    Timing.Stage = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "START"] = 0;
     values[valuesById[1] = "STOP"] = 1;
     values[valuesById[2] = "CRON"] = 2;
     return values;
    })();

    Timing.Status = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "OK"] = 0;
     values[valuesById[1] = "EXIT_FAILURE"] = 1;
     values[valuesById[2] = "TIMED_OUT"] = 2;
     values[valuesById[3] = "PIPES_LEFT_OPEN"] = 3;
     return values;
    })();

    return Timing;
   })();

   v2.WorkspaceAgentScriptCompletedRequest = (function() {

    const WorkspaceAgentScriptCompletedRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceAgentScriptCompletedRequest.prototype.timing = null;

    WorkspaceAgentScriptCompletedRequest.create = function(properties) {
     return new WorkspaceAgentScriptCompletedRequest(properties);
    };

    WorkspaceAgentScriptCompletedRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.timing != null && $Object.hasOwnProperty.call(message, "timing"))
      $root.coder.agent.v2.Timing.encode(message.timing, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceAgentScriptCompletedRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceAgentScriptCompletedRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.timing = $root.coder.agent.v2.Timing.decode(reader, reader.size(), $undefined, _depth + 1, message.timing);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceAgentScriptCompletedRequest;
   })();

   v2.WorkspaceAgentScriptCompletedResponse = (function() {

    const WorkspaceAgentScriptCompletedResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceAgentScriptCompletedResponse.create = function(properties) {
     return new WorkspaceAgentScriptCompletedResponse(properties);
    };

    WorkspaceAgentScriptCompletedResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceAgentScriptCompletedResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.WorkspaceAgentScriptCompletedResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceAgentScriptCompletedResponse;
   })();

   v2.GetResourcesMonitoringConfigurationRequest = (function() {

    const GetResourcesMonitoringConfigurationRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    GetResourcesMonitoringConfigurationRequest.create = function(properties) {
     return new GetResourcesMonitoringConfigurationRequest(properties);
    };

    GetResourcesMonitoringConfigurationRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    GetResourcesMonitoringConfigurationRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.GetResourcesMonitoringConfigurationRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return GetResourcesMonitoringConfigurationRequest;
   })();

   v2.GetResourcesMonitoringConfigurationResponse = (function() {

    const GetResourcesMonitoringConfigurationResponse = function (properties) {
     this.volumes = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    GetResourcesMonitoringConfigurationResponse.prototype.config = null;
    GetResourcesMonitoringConfigurationResponse.prototype.memory = null;
    GetResourcesMonitoringConfigurationResponse.prototype.volumes = $util.emptyArray;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(GetResourcesMonitoringConfigurationResponse.prototype, "_memory", {
     get: $util.oneOfGetter($oneOfFields = ["memory"]),
     set: $util.oneOfSetter($oneOfFields)
    });

    GetResourcesMonitoringConfigurationResponse.create = function(properties) {
     return new GetResourcesMonitoringConfigurationResponse(properties);
    };

    GetResourcesMonitoringConfigurationResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.config != null && $Object.hasOwnProperty.call(message, "config"))
      $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.encode(message.config, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.memory != null && $Object.hasOwnProperty.call(message, "memory"))
      $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.encode(message.memory, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.volumes != null && message.volumes.length)
      for (let i = 0; i < message.volumes.length; ++i)
       $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.encode(message.volumes[i], writer.uint32(26).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    GetResourcesMonitoringConfigurationResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.config = $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config.decode(reader, reader.size(), $undefined, _depth + 1, message.config);
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.memory = $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory.decode(reader, reader.size(), $undefined, _depth + 1, message.memory);
        message._memory = "memory";
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if (!(message.volumes && message.volumes.length))
         message.volumes = [];
        message.volumes.push($root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    GetResourcesMonitoringConfigurationResponse.Config = (function() {

     const Config = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Config.prototype.numDatapoints = 0;
     Config.prototype.collectionIntervalSeconds = 0;

     Config.create = function(properties) {
      return new Config(properties);
     };

     Config.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.numDatapoints != null && $Object.hasOwnProperty.call(message, "numDatapoints") && message.numDatapoints !== 0)
       writer.uint32(8).int32(message.numDatapoints);
      if (message.collectionIntervalSeconds != null && $Object.hasOwnProperty.call(message, "collectionIntervalSeconds") && message.collectionIntervalSeconds !== 0)
       writer.uint32(16).int32(message.collectionIntervalSeconds);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Config.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Config();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 0)
          break;
         if (value = reader.int32())
          message.numDatapoints = value;
         else
          delete message.numDatapoints;
         continue;
        }
       case 2: {
         if (wireType !== 0)
          break;
         if (value = reader.int32())
          message.collectionIntervalSeconds = value;
         else
          delete message.collectionIntervalSeconds;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Config;
    })();

    GetResourcesMonitoringConfigurationResponse.Memory = (function() {

     const Memory = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Memory.prototype.enabled = false;

     Memory.create = function(properties) {
      return new Memory(properties);
     };

     Memory.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.enabled != null && $Object.hasOwnProperty.call(message, "enabled") && message.enabled !== false)
       writer.uint32(8).bool(message.enabled);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Memory.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Memory();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 0)
          break;
         if (value = reader.bool())
          message.enabled = value;
         else
          delete message.enabled;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Memory;
    })();

    GetResourcesMonitoringConfigurationResponse.Volume = (function() {

     const Volume = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Volume.prototype.enabled = false;
     Volume.prototype.path = "";

     Volume.create = function(properties) {
      return new Volume(properties);
     };

     Volume.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.enabled != null && $Object.hasOwnProperty.call(message, "enabled") && message.enabled !== false)
       writer.uint32(8).bool(message.enabled);
      if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
       writer.uint32(18).string(message.path);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Volume.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.GetResourcesMonitoringConfigurationResponse.Volume();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 0)
          break;
         if (value = reader.bool())
          message.enabled = value;
         else
          delete message.enabled;
         continue;
        }
       case 2: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.path = value;
         else
          delete message.path;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Volume;
    })();

    return GetResourcesMonitoringConfigurationResponse;
   })();

   v2.PushResourcesMonitoringUsageRequest = (function() {

    const PushResourcesMonitoringUsageRequest = function (properties) {
     this.datapoints = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    PushResourcesMonitoringUsageRequest.prototype.datapoints = $util.emptyArray;

    PushResourcesMonitoringUsageRequest.create = function(properties) {
     return new PushResourcesMonitoringUsageRequest(properties);
    };

    PushResourcesMonitoringUsageRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.datapoints != null && message.datapoints.length)
      for (let i = 0; i < message.datapoints.length; ++i)
       $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.encode(message.datapoints[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    PushResourcesMonitoringUsageRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.PushResourcesMonitoringUsageRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.datapoints && message.datapoints.length))
         message.datapoints = [];
        message.datapoints.push($root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    PushResourcesMonitoringUsageRequest.Datapoint = (function() {

     const Datapoint = function (properties) {
      this.volumes = [];
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Datapoint.prototype.collectedAt = null;
     Datapoint.prototype.memory = null;
     Datapoint.prototype.volumes = $util.emptyArray;

     let $oneOfFields;

     // Virtual OneOf for proto3 optional field
     $Object.defineProperty(Datapoint.prototype, "_memory", {
      get: $util.oneOfGetter($oneOfFields = ["memory"]),
      set: $util.oneOfSetter($oneOfFields)
     });

     Datapoint.create = function(properties) {
      return new Datapoint(properties);
     };

     Datapoint.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.collectedAt != null && $Object.hasOwnProperty.call(message, "collectedAt"))
       $root.google.protobuf.Timestamp.encode(message.collectedAt, writer.uint32(10).fork(), _depth + 1).ldelim();
      if (message.memory != null && $Object.hasOwnProperty.call(message, "memory"))
       $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.encode(message.memory, writer.uint32(18).fork(), _depth + 1).ldelim();
      if (message.volumes != null && message.volumes.length)
       for (let i = 0; i < message.volumes.length; ++i)
        $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.encode(message.volumes[i], writer.uint32(26).fork(), _depth + 1).ldelim();
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Datapoint.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         message.collectedAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.collectedAt);
         continue;
        }
       case 2: {
         if (wireType !== 2)
          break;
         message.memory = $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage.decode(reader, reader.size(), $undefined, _depth + 1, message.memory);
         message._memory = "memory";
         continue;
        }
       case 3: {
         if (wireType !== 2)
          break;
         if (!(message.volumes && message.volumes.length))
          message.volumes = [];
         message.volumes.push($root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage.decode(reader, reader.size(), $undefined, _depth + 1));
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     Datapoint.MemoryUsage = (function() {

      const MemoryUsage = function (properties) {
       if (properties)
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
         if (properties[keys[i]] != null && keys[i] !== "__proto__")
          this[keys[i]] = properties[keys[i]];
      };

      MemoryUsage.prototype.used = 0;
      MemoryUsage.prototype.total = 0;

      MemoryUsage.create = function(properties) {
       return new MemoryUsage(properties);
      };

      MemoryUsage.encode = function (message, writer, _depth) {
       if (!writer)
        writer = $Writer.create();
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $util.recursionLimit)
        throw $Error("max depth exceeded");
       if (message.used != null && $Object.hasOwnProperty.call(message, "used") && (typeof message.used === "object" ? message.used.low || message.used.high : message.used !== 0))
        writer.uint32(8).int64(message.used);
       if (message.total != null && $Object.hasOwnProperty.call(message, "total") && (typeof message.total === "object" ? message.total.low || message.total.high : message.total !== 0))
        writer.uint32(16).int64(message.total);
       if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
        for (let i = 0; i < message.$unknowns.length; ++i)
         writer.raw(message.$unknowns[i]);
       return writer;
      };

      MemoryUsage.decode = function (reader, length, _end, _depth, _target) {
       if (!(reader instanceof $Reader))
        reader = $boundedReader(reader);
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $Reader.recursionLimit)
        throw $Error("max depth exceeded");
       let end, message, value;
       if (length === $undefined)
        end = reader.len;
       else {
        end = reader.pos + length;
        if (end > reader.len)
         throw $RangeError("index out of range");
        length = reader.len;
        reader.len = end;
       }
       message = _target || new $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.MemoryUsage();
       while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
         _end = $undefined;
         break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
        case 1: {
          if (wireType !== 0)
           break;
          if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
           message.used = value;
          else
           delete message.used;
          continue;
         }
        case 2: {
          if (wireType !== 0)
           break;
          if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
           message.total = value;
          else
           delete message.total;
          continue;
         }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
         $util.makeProp(message, "$unknowns", false);
         (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
        }
       }
       if (length !== $undefined) {
        if (reader.pos !== end)
         throw $RangeError("index out of range");
        reader.len = length;
       }
       if (_end !== $undefined)
        throw $Error("missing end group");
       return message;
      };

      return MemoryUsage;
     })();

     Datapoint.VolumeUsage = (function() {

      const VolumeUsage = function (properties) {
       if (properties)
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
         if (properties[keys[i]] != null && keys[i] !== "__proto__")
          this[keys[i]] = properties[keys[i]];
      };

      VolumeUsage.prototype.volume = "";
      VolumeUsage.prototype.used = 0;
      VolumeUsage.prototype.total = 0;

      VolumeUsage.create = function(properties) {
       return new VolumeUsage(properties);
      };

      VolumeUsage.encode = function (message, writer, _depth) {
       if (!writer)
        writer = $Writer.create();
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $util.recursionLimit)
        throw $Error("max depth exceeded");
       if (message.volume != null && $Object.hasOwnProperty.call(message, "volume") && message.volume !== "")
        writer.uint32(10).string(message.volume);
       if (message.used != null && $Object.hasOwnProperty.call(message, "used") && (typeof message.used === "object" ? message.used.low || message.used.high : message.used !== 0))
        writer.uint32(16).int64(message.used);
       if (message.total != null && $Object.hasOwnProperty.call(message, "total") && (typeof message.total === "object" ? message.total.low || message.total.high : message.total !== 0))
        writer.uint32(24).int64(message.total);
       if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
        for (let i = 0; i < message.$unknowns.length; ++i)
         writer.raw(message.$unknowns[i]);
       return writer;
      };

      VolumeUsage.decode = function (reader, length, _end, _depth, _target) {
       if (!(reader instanceof $Reader))
        reader = $boundedReader(reader);
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $Reader.recursionLimit)
        throw $Error("max depth exceeded");
       let end, message, value;
       if (length === $undefined)
        end = reader.len;
       else {
        end = reader.pos + length;
        if (end > reader.len)
         throw $RangeError("index out of range");
        length = reader.len;
        reader.len = end;
       }
       message = _target || new $root.coder.agent.v2.PushResourcesMonitoringUsageRequest.Datapoint.VolumeUsage();
       while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
         _end = $undefined;
         break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
        case 1: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.volume = value;
          else
           delete message.volume;
          continue;
         }
        case 2: {
          if (wireType !== 0)
           break;
          if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
           message.used = value;
          else
           delete message.used;
          continue;
         }
        case 3: {
          if (wireType !== 0)
           break;
          if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
           message.total = value;
          else
           delete message.total;
          continue;
         }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
         $util.makeProp(message, "$unknowns", false);
         (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
        }
       }
       if (length !== $undefined) {
        if (reader.pos !== end)
         throw $RangeError("index out of range");
        reader.len = length;
       }
       if (_end !== $undefined)
        throw $Error("missing end group");
       return message;
      };

      return VolumeUsage;
     })();

     return Datapoint;
    })();

    return PushResourcesMonitoringUsageRequest;
   })();

   v2.PushResourcesMonitoringUsageResponse = (function() {

    const PushResourcesMonitoringUsageResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    PushResourcesMonitoringUsageResponse.create = function(properties) {
     return new PushResourcesMonitoringUsageResponse(properties);
    };

    PushResourcesMonitoringUsageResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    PushResourcesMonitoringUsageResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.PushResourcesMonitoringUsageResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return PushResourcesMonitoringUsageResponse;
   })();

   v2.Connection = (function() {

    const Connection = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Connection.prototype.id = $util.newBuffer([]);
    Connection.prototype.action = 0;
    Connection.prototype.type = 0;
    Connection.prototype.timestamp = null;
    Connection.prototype.ip = "";
    Connection.prototype.statusCode = 0;
    Connection.prototype.reason = null;
    Connection.prototype.appName = "";

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(Connection.prototype, "_reason", {
     get: $util.oneOfGetter($oneOfFields = ["reason"]),
     set: $util.oneOfSetter($oneOfFields)
    });

    Connection.create = function(properties) {
     return new Connection(properties);
    };

    Connection.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
      writer.uint32(10).bytes(message.id);
     if (message.action != null && $Object.hasOwnProperty.call(message, "action") && message.action !== 0)
      writer.uint32(16).int32(message.action);
     if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
      writer.uint32(24).int32(message.type);
     if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
      $root.google.protobuf.Timestamp.encode(message.timestamp, writer.uint32(34).fork(), _depth + 1).ldelim();
     if (message.ip != null && $Object.hasOwnProperty.call(message, "ip") && message.ip !== "")
      writer.uint32(42).string(message.ip);
     if (message.statusCode != null && $Object.hasOwnProperty.call(message, "statusCode") && message.statusCode !== 0)
      writer.uint32(48).int32(message.statusCode);
     if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
      writer.uint32(58).string(message.reason);
     if (message.appName != null && $Object.hasOwnProperty.call(message, "appName") && message.appName !== "")
      writer.uint32(66).string(message.appName);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Connection.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.Connection();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      case 2: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.action = value;
        else
         delete message.action;
        continue;
       }
      case 3: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.type = value;
        else
         delete message.type;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        message.timestamp = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.timestamp);
        continue;
       }
      case 5: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.ip = value;
        else
         delete message.ip;
        continue;
       }
      case 6: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.statusCode = value;
        else
         delete message.statusCode;
        continue;
       }
      case 7: {
        if (wireType !== 2)
         break;
        message.reason = reader.string();
        message._reason = "reason";
        continue;
       }
      case 8: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.appName = value;
        else
         delete message.appName;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    Connection.Action = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "ACTION_UNSPECIFIED"] = 0;
     values[valuesById[1] = "CONNECT"] = 1;
     values[valuesById[2] = "DISCONNECT"] = 2;
     return values;
    })();

    Connection.Type = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "TYPE_UNSPECIFIED"] = 0;
     values[valuesById[1] = "SSH"] = 1;
     values[valuesById[2] = "VSCODE"] = 2;
     values[valuesById[3] = "JETBRAINS"] = 3;
     values[valuesById[4] = "RECONNECTING_PTY"] = 4;
     return values;
    })();

    return Connection;
   })();

   v2.ReportConnectionRequest = (function() {

    const ReportConnectionRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ReportConnectionRequest.prototype.connection = null;

    ReportConnectionRequest.create = function(properties) {
     return new ReportConnectionRequest(properties);
    };

    ReportConnectionRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.connection != null && $Object.hasOwnProperty.call(message, "connection"))
      $root.coder.agent.v2.Connection.encode(message.connection, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ReportConnectionRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ReportConnectionRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.connection = $root.coder.agent.v2.Connection.decode(reader, reader.size(), $undefined, _depth + 1, message.connection);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ReportConnectionRequest;
   })();

   v2.SubAgent = (function() {

    const SubAgent = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    SubAgent.prototype.name = "";
    SubAgent.prototype.id = $util.newBuffer([]);
    SubAgent.prototype.authToken = $util.newBuffer([]);

    SubAgent.create = function(properties) {
     return new SubAgent(properties);
    };

    SubAgent.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
      writer.uint32(10).string(message.name);
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
      writer.uint32(18).bytes(message.id);
     if (message.authToken != null && $Object.hasOwnProperty.call(message, "authToken") && message.authToken.length)
      writer.uint32(26).bytes(message.authToken);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    SubAgent.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.SubAgent();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.name = value;
        else
         delete message.name;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.authToken = value;
        else
         delete message.authToken;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return SubAgent;
   })();

   v2.CreateSubAgentRequest = (function() {

    const CreateSubAgentRequest = function (properties) {
     this.apps = [];
     this.displayApps = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    CreateSubAgentRequest.prototype.name = "";
    CreateSubAgentRequest.prototype.directory = "";
    CreateSubAgentRequest.prototype.architecture = "";
    CreateSubAgentRequest.prototype.operatingSystem = "";
    CreateSubAgentRequest.prototype.apps = $util.emptyArray;
    CreateSubAgentRequest.prototype.displayApps = $util.emptyArray;
    CreateSubAgentRequest.prototype.id = null;

    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(CreateSubAgentRequest.prototype, "_id", {
     get: $util.oneOfGetter($oneOfFields = ["id"]),
     set: $util.oneOfSetter($oneOfFields)
    });

    CreateSubAgentRequest.create = function(properties) {
     return new CreateSubAgentRequest(properties);
    };

    CreateSubAgentRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
      writer.uint32(10).string(message.name);
     if (message.directory != null && $Object.hasOwnProperty.call(message, "directory") && message.directory !== "")
      writer.uint32(18).string(message.directory);
     if (message.architecture != null && $Object.hasOwnProperty.call(message, "architecture") && message.architecture !== "")
      writer.uint32(26).string(message.architecture);
     if (message.operatingSystem != null && $Object.hasOwnProperty.call(message, "operatingSystem") && message.operatingSystem !== "")
      writer.uint32(34).string(message.operatingSystem);
     if (message.apps != null && message.apps.length)
      for (let i = 0; i < message.apps.length; ++i)
       $root.coder.agent.v2.CreateSubAgentRequest.App.encode(message.apps[i], writer.uint32(42).fork(), _depth + 1).ldelim();
     if (message.displayApps != null && message.displayApps.length)
      writer.uint32(50).int32s(message.displayApps);
     if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
      writer.uint32(58).bytes(message.id);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    CreateSubAgentRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.CreateSubAgentRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.name = value;
        else
         delete message.name;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.directory = value;
        else
         delete message.directory;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.architecture = value;
        else
         delete message.architecture;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.operatingSystem = value;
        else
         delete message.operatingSystem;
        continue;
       }
      case 5: {
        if (wireType !== 2)
         break;
        if (!(message.apps && message.apps.length))
         message.apps = [];
        message.apps.push($root.coder.agent.v2.CreateSubAgentRequest.App.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 6: {
        if (wireType === 2) {
         if (!(message.displayApps && message.displayApps.length))
          message.displayApps = [];
         reader.int32s(message.displayApps);
         continue;
        }
        if (wireType !== 0)
         break;
        if (!(message.displayApps && message.displayApps.length))
         message.displayApps = [];
        message.displayApps.push(reader.int32());
        continue;
       }
      case 7: {
        if (wireType !== 2)
         break;
        message.id = reader.bytes();
        message._id = "id";
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    CreateSubAgentRequest.App = (function() {

     const App = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     App.create = function(properties) {
      return new App(properties);
     };

     App.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     App.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.CreateSubAgentRequest.App();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       reader.skipType(tag & 7, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return App;
    })();

    CreateSubAgentRequest.DisplayApp = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "DISPLAY_APP_0"] = 0;
     return values;
    })();

    return CreateSubAgentRequest;
   })();

   v2.CreateSubAgentResponse = (function() {

    const CreateSubAgentResponse = function (properties) {
     this.appCreationErrors = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    CreateSubAgentResponse.prototype.agent = null;
    CreateSubAgentResponse.prototype.appCreationErrors = $util.emptyArray;

    CreateSubAgentResponse.create = function(properties) {
     return new CreateSubAgentResponse(properties);
    };

    CreateSubAgentResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.agent != null && $Object.hasOwnProperty.call(message, "agent"))
      $root.coder.agent.v2.SubAgent.encode(message.agent, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.appCreationErrors != null && message.appCreationErrors.length)
      for (let i = 0; i < message.appCreationErrors.length; ++i)
       $root.coder.agent.v2.CreateSubAgentResponse.AppCreationError.encode(message.appCreationErrors[i], writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    CreateSubAgentResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.CreateSubAgentResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.agent = $root.coder.agent.v2.SubAgent.decode(reader, reader.size(), $undefined, _depth + 1, message.agent);
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if (!(message.appCreationErrors && message.appCreationErrors.length))
         message.appCreationErrors = [];
        message.appCreationErrors.push($root.coder.agent.v2.CreateSubAgentResponse.AppCreationError.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    CreateSubAgentResponse.AppCreationError = (function() {

     const AppCreationError = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     AppCreationError.create = function(properties) {
      return new AppCreationError(properties);
     };

     AppCreationError.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     AppCreationError.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.agent.v2.CreateSubAgentResponse.AppCreationError();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       reader.skipType(tag & 7, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return AppCreationError;
    })();

    return CreateSubAgentResponse;
   })();

   v2.DeleteSubAgentRequest = (function() {

    const DeleteSubAgentRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    DeleteSubAgentRequest.prototype.id = $util.newBuffer([]);

    DeleteSubAgentRequest.create = function(properties) {
     return new DeleteSubAgentRequest(properties);
    };

    DeleteSubAgentRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
      writer.uint32(10).bytes(message.id);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    DeleteSubAgentRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.DeleteSubAgentRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return DeleteSubAgentRequest;
   })();

   v2.DeleteSubAgentResponse = (function() {

    const DeleteSubAgentResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    DeleteSubAgentResponse.create = function(properties) {
     return new DeleteSubAgentResponse(properties);
    };

    DeleteSubAgentResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    DeleteSubAgentResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.DeleteSubAgentResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return DeleteSubAgentResponse;
   })();

   v2.ListSubAgentsRequest = (function() {

    const ListSubAgentsRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ListSubAgentsRequest.create = function(properties) {
     return new ListSubAgentsRequest(properties);
    };

    ListSubAgentsRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ListSubAgentsRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ListSubAgentsRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ListSubAgentsRequest;
   })();

   v2.ListSubAgentsResponse = (function() {

    const ListSubAgentsResponse = function (properties) {
     this.agents = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ListSubAgentsResponse.prototype.agents = $util.emptyArray;

    ListSubAgentsResponse.create = function(properties) {
     return new ListSubAgentsResponse(properties);
    };

    ListSubAgentsResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.agents != null && message.agents.length)
      for (let i = 0; i < message.agents.length; ++i)
       $root.coder.agent.v2.SubAgent.encode(message.agents[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ListSubAgentsResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ListSubAgentsResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.agents && message.agents.length))
         message.agents = [];
        message.agents.push($root.coder.agent.v2.SubAgent.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ListSubAgentsResponse;
   })();

   v2.BoundaryLog = (function() {

    const BoundaryLog = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    BoundaryLog.create = function(properties) {
     return new BoundaryLog(properties);
    };

    BoundaryLog.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    BoundaryLog.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.BoundaryLog();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return BoundaryLog;
   })();

   v2.ReportBoundaryLogsRequest = (function() {

    const ReportBoundaryLogsRequest = function (properties) {
     this.logs = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ReportBoundaryLogsRequest.prototype.logs = $util.emptyArray;
    ReportBoundaryLogsRequest.prototype.sessionId = "";
    ReportBoundaryLogsRequest.prototype.confinedProcessName = "";

    ReportBoundaryLogsRequest.create = function(properties) {
     return new ReportBoundaryLogsRequest(properties);
    };

    ReportBoundaryLogsRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.logs != null && message.logs.length)
      for (let i = 0; i < message.logs.length; ++i)
       $root.coder.agent.v2.BoundaryLog.encode(message.logs[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
      writer.uint32(18).string(message.sessionId);
     if (message.confinedProcessName != null && $Object.hasOwnProperty.call(message, "confinedProcessName") && message.confinedProcessName !== "")
      writer.uint32(26).string(message.confinedProcessName);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ReportBoundaryLogsRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ReportBoundaryLogsRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.logs && message.logs.length))
         message.logs = [];
        message.logs.push($root.coder.agent.v2.BoundaryLog.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.sessionId = value;
        else
         delete message.sessionId;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.confinedProcessName = value;
        else
         delete message.confinedProcessName;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ReportBoundaryLogsRequest;
   })();

   v2.ReportBoundaryLogsResponse = (function() {

    const ReportBoundaryLogsResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ReportBoundaryLogsResponse.create = function(properties) {
     return new ReportBoundaryLogsResponse(properties);
    };

    ReportBoundaryLogsResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ReportBoundaryLogsResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ReportBoundaryLogsResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ReportBoundaryLogsResponse;
   })();

   v2.UpdateAppStatusRequest = (function() {

    const UpdateAppStatusRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    UpdateAppStatusRequest.prototype.slug = "";
    UpdateAppStatusRequest.prototype.state = 0;
    UpdateAppStatusRequest.prototype.message = "";
    UpdateAppStatusRequest.prototype.uri = "";

    UpdateAppStatusRequest.create = function(properties) {
     return new UpdateAppStatusRequest(properties);
    };

    UpdateAppStatusRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.slug != null && $Object.hasOwnProperty.call(message, "slug") && message.slug !== "")
      writer.uint32(10).string(message.slug);
     if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
      writer.uint32(16).int32(message.state);
     if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
      writer.uint32(26).string(message.message);
     if (message.uri != null && $Object.hasOwnProperty.call(message, "uri") && message.uri !== "")
      writer.uint32(34).string(message.uri);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    UpdateAppStatusRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.UpdateAppStatusRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.slug = value;
        else
         delete message.slug;
        continue;
       }
      case 2: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.state = value;
        else
         delete message.state;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.message = value;
        else
         delete message.message;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.uri = value;
        else
         delete message.uri;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    UpdateAppStatusRequest.AppStatusState = (function() {
     const valuesById = $Object.create(null), values = $Object.create(valuesById);
     values[valuesById[0] = "WORKING"] = 0;
     values[valuesById[1] = "IDLE"] = 1;
     values[valuesById[2] = "COMPLETE"] = 2;
     values[valuesById[3] = "FAILURE"] = 3;
     return values;
    })();

    return UpdateAppStatusRequest;
   })();

   v2.UpdateAppStatusResponse = (function() {

    const UpdateAppStatusResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    UpdateAppStatusResponse.create = function(properties) {
     return new UpdateAppStatusResponse(properties);
    };

    UpdateAppStatusResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    UpdateAppStatusResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.UpdateAppStatusResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return UpdateAppStatusResponse;
   })();

   v2.ContextResource = (function() {

    const ContextResource = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    ContextResource.create = function(properties) {
     return new ContextResource(properties);
    };

    ContextResource.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    ContextResource.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.ContextResource();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return ContextResource;
   })();

   v2.PushContextStateRequest = (function() {

    const PushContextStateRequest = function (properties) {
     this.resources = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    PushContextStateRequest.prototype.version = 0;
    PushContextStateRequest.prototype.aggregateHash = $util.newBuffer([]);
    PushContextStateRequest.prototype.resources = $util.emptyArray;
    PushContextStateRequest.prototype.initial = false;
    PushContextStateRequest.prototype.snapshotError = "";

    PushContextStateRequest.create = function(properties) {
     return new PushContextStateRequest(properties);
    };

    PushContextStateRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
      writer.uint32(8).uint64(message.version);
     if (message.aggregateHash != null && $Object.hasOwnProperty.call(message, "aggregateHash") && message.aggregateHash.length)
      writer.uint32(18).bytes(message.aggregateHash);
     if (message.resources != null && message.resources.length)
      for (let i = 0; i < message.resources.length; ++i)
       $root.coder.agent.v2.ContextResource.encode(message.resources[i], writer.uint32(26).fork(), _depth + 1).ldelim();
     if (message.initial != null && $Object.hasOwnProperty.call(message, "initial") && message.initial !== false)
      writer.uint32(32).bool(message.initial);
     if (message.snapshotError != null && $Object.hasOwnProperty.call(message, "snapshotError") && message.snapshotError !== "")
      writer.uint32(50).string(message.snapshotError);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    PushContextStateRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.PushContextStateRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.uint64())) === "object" ? value.low || value.high : value !== 0)
         message.version = value;
        else
         delete message.version;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.aggregateHash = value;
        else
         delete message.aggregateHash;
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if (!(message.resources && message.resources.length))
         message.resources = [];
        message.resources.push($root.coder.agent.v2.ContextResource.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 4: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.initial = value;
        else
         delete message.initial;
        continue;
       }
      case 6: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.snapshotError = value;
        else
         delete message.snapshotError;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return PushContextStateRequest;
   })();

   v2.PushContextStateResponse = (function() {

    const PushContextStateResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    PushContextStateResponse.prototype.accepted = false;

    PushContextStateResponse.create = function(properties) {
     return new PushContextStateResponse(properties);
    };

    PushContextStateResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted") && message.accepted !== false)
      writer.uint32(8).bool(message.accepted);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    PushContextStateResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.agent.v2.PushContextStateResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (value = reader.bool())
         message.accepted = value;
        else
         delete message.accepted;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return PushContextStateResponse;
   })();

   return v2;
  })();

  return agent;
 })();

 coder.tailnet = (function() {

  const tailnet = {};

  tailnet.v2 = (function() {

   const v2 = {};

   v2.DERPMap = (function() {

    const DERPMap = function (properties) {
     this.regions = {};
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    DERPMap.prototype.homeParams = null;
    DERPMap.prototype.regions = $util.emptyObject;

    DERPMap.create = function(properties) {
     return new DERPMap(properties);
    };

    DERPMap.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.homeParams != null && $Object.hasOwnProperty.call(message, "homeParams"))
      $root.coder.tailnet.v2.DERPMap.HomeParams.encode(message.homeParams, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.regions != null && $Object.hasOwnProperty.call(message, "regions"))
      for (let keys = $Object.keys(message.regions), i = 0; i < keys.length; ++i) {
       writer.uint32(18).fork().uint32(8).int64($util.longFromKey(keys[i], false));
       $root.coder.tailnet.v2.DERPMap.Region.encode(message.regions[keys[i]], writer.uint32(18).fork(), _depth + 1).ldelim().ldelim();
      }
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    DERPMap.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, key, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.DERPMap();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.homeParams = $root.coder.tailnet.v2.DERPMap.HomeParams.decode(reader, reader.size(), $undefined, _depth + 1, message.homeParams);
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if (message.regions === $util.emptyObject)
         message.regions = {};
        let end2 = reader.size() + reader.pos;
        if (end2 > reader.len)
         throw $RangeError("index out of range");
        reader.len = end2;
        key = 0;
        value = null;
        while (reader.pos < end2) {
         let tag2 = reader.tag();
         wireType = tag2 & 7;
         switch (tag2 >>>= 3) {
         case 1:
          if (wireType !== 0)
           break;
          key = $toNumber(reader.int64());
          continue;
         case 2:
          if (wireType !== 2)
           break;
          value = $root.coder.tailnet.v2.DERPMap.Region.decode(reader, reader.size(), $undefined, _depth + 1, value);
          continue;
         }
         reader.skipType(wireType, _depth, tag2);
        }
        if (reader.pos !== end2)
         throw $RangeError("index out of range");
        reader.len = end;
        message.regions[typeof key === "object" ? $util.longToHash(key) : key] = value || new $root.coder.tailnet.v2.DERPMap.Region();
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    DERPMap.HomeParams = (function() {

     const HomeParams = function (properties) {
      this.regionScore = {};
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     HomeParams.prototype.regionScore = $util.emptyObject;

     HomeParams.create = function(properties) {
      return new HomeParams(properties);
     };

     HomeParams.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.regionScore != null && $Object.hasOwnProperty.call(message, "regionScore"))
       for (let keys = $Object.keys(message.regionScore), i = 0; i < keys.length; ++i)
        writer.uint32(10).fork().uint32(8).int64($util.longFromKey(keys[i], false)).uint32(17).double(message.regionScore[keys[i]]).ldelim();
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     HomeParams.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, key, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.DERPMap.HomeParams();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if (message.regionScore === $util.emptyObject)
          message.regionScore = {};
         let end2 = reader.size() + reader.pos;
         if (end2 > reader.len)
          throw $RangeError("index out of range");
         reader.len = end2;
         key = 0;
         value = 0;
         while (reader.pos < end2) {
          let tag2 = reader.tag();
          wireType = tag2 & 7;
          switch (tag2 >>>= 3) {
          case 1:
           if (wireType !== 0)
            break;
           key = $toNumber(reader.int64());
           continue;
          case 2:
           if (wireType !== 1)
            break;
           value = reader.double();
           continue;
          }
          reader.skipType(wireType, _depth, tag2);
         }
         if (reader.pos !== end2)
          throw $RangeError("index out of range");
         reader.len = end;
         message.regionScore[typeof key === "object" ? $util.longToHash(key) : key] = value;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return HomeParams;
    })();

    DERPMap.Region = (function() {

     const Region = function (properties) {
      this.nodes = [];
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Region.prototype.regionId = 0;
     Region.prototype.embeddedRelay = false;
     Region.prototype.regionCode = "";
     Region.prototype.regionName = "";
     Region.prototype.avoid = false;
     Region.prototype.nodes = $util.emptyArray;

     Region.create = function(properties) {
      return new Region(properties);
     };

     Region.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.regionId != null && $Object.hasOwnProperty.call(message, "regionId") && (typeof message.regionId === "object" ? message.regionId.low || message.regionId.high : message.regionId !== 0))
       writer.uint32(8).int64(message.regionId);
      if (message.embeddedRelay != null && $Object.hasOwnProperty.call(message, "embeddedRelay") && message.embeddedRelay !== false)
       writer.uint32(16).bool(message.embeddedRelay);
      if (message.regionCode != null && $Object.hasOwnProperty.call(message, "regionCode") && message.regionCode !== "")
       writer.uint32(26).string(message.regionCode);
      if (message.regionName != null && $Object.hasOwnProperty.call(message, "regionName") && message.regionName !== "")
       writer.uint32(34).string(message.regionName);
      if (message.avoid != null && $Object.hasOwnProperty.call(message, "avoid") && message.avoid !== false)
       writer.uint32(40).bool(message.avoid);
      if (message.nodes != null && message.nodes.length)
       for (let i = 0; i < message.nodes.length; ++i)
        $root.coder.tailnet.v2.DERPMap.Region.Node.encode(message.nodes[i], writer.uint32(50).fork(), _depth + 1).ldelim();
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Region.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.DERPMap.Region();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 0)
          break;
         if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
          message.regionId = value;
         else
          delete message.regionId;
         continue;
        }
       case 2: {
         if (wireType !== 0)
          break;
         if (value = reader.bool())
          message.embeddedRelay = value;
         else
          delete message.embeddedRelay;
         continue;
        }
       case 3: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.regionCode = value;
         else
          delete message.regionCode;
         continue;
        }
       case 4: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.regionName = value;
         else
          delete message.regionName;
         continue;
        }
       case 5: {
         if (wireType !== 0)
          break;
         if (value = reader.bool())
          message.avoid = value;
         else
          delete message.avoid;
         continue;
        }
       case 6: {
         if (wireType !== 2)
          break;
         if (!(message.nodes && message.nodes.length))
          message.nodes = [];
         message.nodes.push($root.coder.tailnet.v2.DERPMap.Region.Node.decode(reader, reader.size(), $undefined, _depth + 1));
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     Region.Node = (function() {

      const Node = function (properties) {
       if (properties)
        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
         if (properties[keys[i]] != null && keys[i] !== "__proto__")
          this[keys[i]] = properties[keys[i]];
      };

      Node.prototype.name = "";
      Node.prototype.regionId = 0;
      Node.prototype.hostName = "";
      Node.prototype.certName = "";
      Node.prototype.ipv4 = "";
      Node.prototype.ipv6 = "";
      Node.prototype.stunPort = 0;
      Node.prototype.stunOnly = false;
      Node.prototype.derpPort = 0;
      Node.prototype.insecureForTests = false;
      Node.prototype.forceHttp = false;
      Node.prototype.stunTestIp = "";
      Node.prototype.canPort_80 = false;

      Node.create = function(properties) {
       return new Node(properties);
      };

      Node.encode = function (message, writer, _depth) {
       if (!writer)
        writer = $Writer.create();
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $util.recursionLimit)
        throw $Error("max depth exceeded");
       if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
        writer.uint32(10).string(message.name);
       if (message.regionId != null && $Object.hasOwnProperty.call(message, "regionId") && (typeof message.regionId === "object" ? message.regionId.low || message.regionId.high : message.regionId !== 0))
        writer.uint32(16).int64(message.regionId);
       if (message.hostName != null && $Object.hasOwnProperty.call(message, "hostName") && message.hostName !== "")
        writer.uint32(26).string(message.hostName);
       if (message.certName != null && $Object.hasOwnProperty.call(message, "certName") && message.certName !== "")
        writer.uint32(34).string(message.certName);
       if (message.ipv4 != null && $Object.hasOwnProperty.call(message, "ipv4") && message.ipv4 !== "")
        writer.uint32(42).string(message.ipv4);
       if (message.ipv6 != null && $Object.hasOwnProperty.call(message, "ipv6") && message.ipv6 !== "")
        writer.uint32(50).string(message.ipv6);
       if (message.stunPort != null && $Object.hasOwnProperty.call(message, "stunPort") && message.stunPort !== 0)
        writer.uint32(56).int32(message.stunPort);
       if (message.stunOnly != null && $Object.hasOwnProperty.call(message, "stunOnly") && message.stunOnly !== false)
        writer.uint32(64).bool(message.stunOnly);
       if (message.derpPort != null && $Object.hasOwnProperty.call(message, "derpPort") && message.derpPort !== 0)
        writer.uint32(72).int32(message.derpPort);
       if (message.insecureForTests != null && $Object.hasOwnProperty.call(message, "insecureForTests") && message.insecureForTests !== false)
        writer.uint32(80).bool(message.insecureForTests);
       if (message.forceHttp != null && $Object.hasOwnProperty.call(message, "forceHttp") && message.forceHttp !== false)
        writer.uint32(88).bool(message.forceHttp);
       if (message.stunTestIp != null && $Object.hasOwnProperty.call(message, "stunTestIp") && message.stunTestIp !== "")
        writer.uint32(98).string(message.stunTestIp);
       if (message.canPort_80 != null && $Object.hasOwnProperty.call(message, "canPort_80") && message.canPort_80 !== false)
        writer.uint32(104).bool(message.canPort_80);
       if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
        for (let i = 0; i < message.$unknowns.length; ++i)
         writer.raw(message.$unknowns[i]);
       return writer;
      };

      Node.decode = function (reader, length, _end, _depth, _target) {
       if (!(reader instanceof $Reader))
        reader = $boundedReader(reader);
       if (_depth === $undefined)
        _depth = 0;
       if (_depth > $Reader.recursionLimit)
        throw $Error("max depth exceeded");
       let end, message, value;
       if (length === $undefined)
        end = reader.len;
       else {
        end = reader.pos + length;
        if (end > reader.len)
         throw $RangeError("index out of range");
        length = reader.len;
        reader.len = end;
       }
       message = _target || new $root.coder.tailnet.v2.DERPMap.Region.Node();
       while (reader.pos < end) {
        let start = reader.pos;
        let tag = reader.tag();
        if (tag === _end) {
         _end = $undefined;
         break;
        }
        let wireType = tag & 7;
        switch (tag >>>= 3) {
        case 1: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.name = value;
          else
           delete message.name;
          continue;
         }
        case 2: {
          if (wireType !== 0)
           break;
          if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
           message.regionId = value;
          else
           delete message.regionId;
          continue;
         }
        case 3: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.hostName = value;
          else
           delete message.hostName;
          continue;
         }
        case 4: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.certName = value;
          else
           delete message.certName;
          continue;
         }
        case 5: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.ipv4 = value;
          else
           delete message.ipv4;
          continue;
         }
        case 6: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.ipv6 = value;
          else
           delete message.ipv6;
          continue;
         }
        case 7: {
          if (wireType !== 0)
           break;
          if (value = reader.int32())
           message.stunPort = value;
          else
           delete message.stunPort;
          continue;
         }
        case 8: {
          if (wireType !== 0)
           break;
          if (value = reader.bool())
           message.stunOnly = value;
          else
           delete message.stunOnly;
          continue;
         }
        case 9: {
          if (wireType !== 0)
           break;
          if (value = reader.int32())
           message.derpPort = value;
          else
           delete message.derpPort;
          continue;
         }
        case 10: {
          if (wireType !== 0)
           break;
          if (value = reader.bool())
           message.insecureForTests = value;
          else
           delete message.insecureForTests;
          continue;
         }
        case 11: {
          if (wireType !== 0)
           break;
          if (value = reader.bool())
           message.forceHttp = value;
          else
           delete message.forceHttp;
          continue;
         }
        case 12: {
          if (wireType !== 2)
           break;
          if ((value = reader.string()).length)
           message.stunTestIp = value;
          else
           delete message.stunTestIp;
          continue;
         }
        case 13: {
          if (wireType !== 0)
           break;
          if (value = reader.bool())
           message.canPort_80 = value;
          else
           delete message.canPort_80;
          continue;
         }
        }
        reader.skipType(wireType, _depth, tag);
        if (!reader.discardUnknown) {
         $util.makeProp(message, "$unknowns", false);
         (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
        }
       }
       if (length !== $undefined) {
        if (reader.pos !== end)
         throw $RangeError("index out of range");
        reader.len = length;
       }
       if (_end !== $undefined)
        throw $Error("missing end group");
       return message;
      };

      return Node;
     })();

     return Region;
    })();

    return DERPMap;
   })();

   v2.StreamDERPMapsRequest = (function() {

    const StreamDERPMapsRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    StreamDERPMapsRequest.create = function(properties) {
     return new StreamDERPMapsRequest(properties);
    };

    StreamDERPMapsRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    StreamDERPMapsRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.StreamDERPMapsRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return StreamDERPMapsRequest;
   })();

   v2.Node = (function() {

    const Node = function (properties) {
     this.derpLatency = {};
     this.derpForcedWebsocket = {};
     this.addresses = [];
     this.allowedIps = [];
     this.endpoints = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    Node.prototype.id = 0;
    Node.prototype.asOf = null;
    Node.prototype.key = $util.newBuffer([]);
    Node.prototype.disco = "";
    Node.prototype.preferredDerp = 0;
    Node.prototype.derpLatency = $util.emptyObject;
    Node.prototype.derpForcedWebsocket = $util.emptyObject;
    Node.prototype.addresses = $util.emptyArray;
    Node.prototype.allowedIps = $util.emptyArray;
    Node.prototype.endpoints = $util.emptyArray;

    Node.create = function(properties) {
     return new Node(properties);
    };

    Node.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
      writer.uint32(8).int64(message.id);
     if (message.asOf != null && $Object.hasOwnProperty.call(message, "asOf"))
      $root.google.protobuf.Timestamp.encode(message.asOf, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key.length)
      writer.uint32(26).bytes(message.key);
     if (message.disco != null && $Object.hasOwnProperty.call(message, "disco") && message.disco !== "")
      writer.uint32(34).string(message.disco);
     if (message.preferredDerp != null && $Object.hasOwnProperty.call(message, "preferredDerp") && message.preferredDerp !== 0)
      writer.uint32(40).int32(message.preferredDerp);
     if (message.derpLatency != null && $Object.hasOwnProperty.call(message, "derpLatency"))
      for (let keys = $Object.keys(message.derpLatency), i = 0; i < keys.length; ++i)
       writer.uint32(50).fork().uint32(10).string(keys[i]).uint32(17).double(message.derpLatency[keys[i]]).ldelim();
     if (message.derpForcedWebsocket != null && $Object.hasOwnProperty.call(message, "derpForcedWebsocket"))
      for (let keys = $Object.keys(message.derpForcedWebsocket), i = 0; i < keys.length; ++i)
       writer.uint32(58).fork().uint32(8).int32(keys[i]).uint32(18).string(message.derpForcedWebsocket[keys[i]]).ldelim();
     if (message.addresses != null && message.addresses.length)
      for (let i = 0; i < message.addresses.length; ++i)
       writer.uint32(66).string(message.addresses[i]);
     if (message.allowedIps != null && message.allowedIps.length)
      for (let i = 0; i < message.allowedIps.length; ++i)
       writer.uint32(74).string(message.allowedIps[i]);
     if (message.endpoints != null && message.endpoints.length)
      for (let i = 0; i < message.endpoints.length; ++i)
       writer.uint32(82).string(message.endpoints[i]);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    Node.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, key, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.Node();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 0)
         break;
        if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
         message.id = value;
        else
         delete message.id;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.asOf = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.asOf);
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        if ((value = reader.bytes()).length)
         message.key = value;
        else
         delete message.key;
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.disco = value;
        else
         delete message.disco;
        continue;
       }
      case 5: {
        if (wireType !== 0)
         break;
        if (value = reader.int32())
         message.preferredDerp = value;
        else
         delete message.preferredDerp;
        continue;
       }
      case 6: {
        if (wireType !== 2)
         break;
        if (message.derpLatency === $util.emptyObject)
         message.derpLatency = {};
        let end2 = reader.size() + reader.pos;
        if (end2 > reader.len)
         throw $RangeError("index out of range");
        reader.len = end2;
        key = "";
        value = 0;
        while (reader.pos < end2) {
         let tag2 = reader.tag();
         wireType = tag2 & 7;
         switch (tag2 >>>= 3) {
         case 1:
          if (wireType !== 2)
           break;
          key = reader.string();
          continue;
         case 2:
          if (wireType !== 1)
           break;
          value = reader.double();
          continue;
         }
         reader.skipType(wireType, _depth, tag2);
        }
        if (reader.pos !== end2)
         throw $RangeError("index out of range");
        reader.len = end;
        if (key === "__proto__")
         $util.makeProp(message.derpLatency, key);
        message.derpLatency[key] = value;
        continue;
       }
      case 7: {
        if (wireType !== 2)
         break;
        if (message.derpForcedWebsocket === $util.emptyObject)
         message.derpForcedWebsocket = {};
        let end2 = reader.size() + reader.pos;
        if (end2 > reader.len)
         throw $RangeError("index out of range");
        reader.len = end2;
        key = 0;
        value = "";
        while (reader.pos < end2) {
         let tag2 = reader.tag();
         wireType = tag2 & 7;
         switch (tag2 >>>= 3) {
         case 1:
          if (wireType !== 0)
           break;
          key = reader.int32();
          continue;
         case 2:
          if (wireType !== 2)
           break;
          value = reader.string();
          continue;
         }
         reader.skipType(wireType, _depth, tag2);
        }
        if (reader.pos !== end2)
         throw $RangeError("index out of range");
        reader.len = end;
        message.derpForcedWebsocket[key] = value;
        continue;
       }
      case 8: {
        if (wireType !== 2)
         break;
        if (!(message.addresses && message.addresses.length))
         message.addresses = [];
        message.addresses.push(reader.string());
        continue;
       }
      case 9: {
        if (wireType !== 2)
         break;
        if (!(message.allowedIps && message.allowedIps.length))
         message.allowedIps = [];
        message.allowedIps.push(reader.string());
        continue;
       }
      case 10: {
        if (wireType !== 2)
         break;
        if (!(message.endpoints && message.endpoints.length))
         message.endpoints = [];
        message.endpoints.push(reader.string());
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return Node;
   })();

   v2.CoordinateRequest = (function() {

    const CoordinateRequest = function (properties) {
     this.readyForHandshake = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    CoordinateRequest.prototype.updateSelf = null;
    CoordinateRequest.prototype.disconnect = null;
    CoordinateRequest.prototype.addTunnel = null;
    CoordinateRequest.prototype.removeTunnel = null;
    CoordinateRequest.prototype.readyForHandshake = $util.emptyArray;

    CoordinateRequest.create = function(properties) {
     return new CoordinateRequest(properties);
    };

    CoordinateRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.updateSelf != null && $Object.hasOwnProperty.call(message, "updateSelf"))
      $root.coder.tailnet.v2.CoordinateRequest.UpdateSelf.encode(message.updateSelf, writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.disconnect != null && $Object.hasOwnProperty.call(message, "disconnect"))
      $root.coder.tailnet.v2.CoordinateRequest.Disconnect.encode(message.disconnect, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.addTunnel != null && $Object.hasOwnProperty.call(message, "addTunnel"))
      $root.coder.tailnet.v2.CoordinateRequest.Tunnel.encode(message.addTunnel, writer.uint32(26).fork(), _depth + 1).ldelim();
     if (message.removeTunnel != null && $Object.hasOwnProperty.call(message, "removeTunnel"))
      $root.coder.tailnet.v2.CoordinateRequest.Tunnel.encode(message.removeTunnel, writer.uint32(34).fork(), _depth + 1).ldelim();
     if (message.readyForHandshake != null && message.readyForHandshake.length)
      for (let i = 0; i < message.readyForHandshake.length; ++i)
       $root.coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.encode(message.readyForHandshake[i], writer.uint32(42).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    CoordinateRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.CoordinateRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        message.updateSelf = $root.coder.tailnet.v2.CoordinateRequest.UpdateSelf.decode(reader, reader.size(), $undefined, _depth + 1, message.updateSelf);
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.disconnect = $root.coder.tailnet.v2.CoordinateRequest.Disconnect.decode(reader, reader.size(), $undefined, _depth + 1, message.disconnect);
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        message.addTunnel = $root.coder.tailnet.v2.CoordinateRequest.Tunnel.decode(reader, reader.size(), $undefined, _depth + 1, message.addTunnel);
        continue;
       }
      case 4: {
        if (wireType !== 2)
         break;
        message.removeTunnel = $root.coder.tailnet.v2.CoordinateRequest.Tunnel.decode(reader, reader.size(), $undefined, _depth + 1, message.removeTunnel);
        continue;
       }
      case 5: {
        if (wireType !== 2)
         break;
        if (!(message.readyForHandshake && message.readyForHandshake.length))
         message.readyForHandshake = [];
        message.readyForHandshake.push($root.coder.tailnet.v2.CoordinateRequest.ReadyForHandshake.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    CoordinateRequest.UpdateSelf = (function() {

     const UpdateSelf = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     UpdateSelf.prototype.node = null;

     UpdateSelf.create = function(properties) {
      return new UpdateSelf(properties);
     };

     UpdateSelf.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
       $root.coder.tailnet.v2.Node.encode(message.node, writer.uint32(10).fork(), _depth + 1).ldelim();
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     UpdateSelf.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.CoordinateRequest.UpdateSelf();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         message.node = $root.coder.tailnet.v2.Node.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return UpdateSelf;
    })();

    CoordinateRequest.Disconnect = (function() {

     const Disconnect = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Disconnect.create = function(properties) {
      return new Disconnect(properties);
     };

     Disconnect.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Disconnect.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.CoordinateRequest.Disconnect();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       reader.skipType(tag & 7, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Disconnect;
    })();

    CoordinateRequest.Tunnel = (function() {

     const Tunnel = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     Tunnel.prototype.id = $util.newBuffer([]);

     Tunnel.create = function(properties) {
      return new Tunnel(properties);
     };

     Tunnel.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
       writer.uint32(10).bytes(message.id);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     Tunnel.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.CoordinateRequest.Tunnel();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.bytes()).length)
          message.id = value;
         else
          delete message.id;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return Tunnel;
    })();

    CoordinateRequest.ReadyForHandshake = (function() {

     const ReadyForHandshake = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     ReadyForHandshake.prototype.id = $util.newBuffer([]);

     ReadyForHandshake.create = function(properties) {
      return new ReadyForHandshake(properties);
     };

     ReadyForHandshake.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
       writer.uint32(10).bytes(message.id);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     ReadyForHandshake.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.CoordinateRequest.ReadyForHandshake();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.bytes()).length)
          message.id = value;
         else
          delete message.id;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     return ReadyForHandshake;
    })();

    return CoordinateRequest;
   })();

   v2.CoordinateResponse = (function() {

    const CoordinateResponse = function (properties) {
     this.peerUpdates = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    CoordinateResponse.prototype.peerUpdates = $util.emptyArray;
    CoordinateResponse.prototype.error = "";

    CoordinateResponse.create = function(properties) {
     return new CoordinateResponse(properties);
    };

    CoordinateResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.peerUpdates != null && message.peerUpdates.length)
      for (let i = 0; i < message.peerUpdates.length; ++i)
       $root.coder.tailnet.v2.CoordinateResponse.PeerUpdate.encode(message.peerUpdates[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
      writer.uint32(18).string(message.error);
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    CoordinateResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.CoordinateResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.peerUpdates && message.peerUpdates.length))
         message.peerUpdates = [];
        message.peerUpdates.push($root.coder.tailnet.v2.CoordinateResponse.PeerUpdate.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.error = value;
        else
         delete message.error;
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    CoordinateResponse.PeerUpdate = (function() {

     const PeerUpdate = function (properties) {
      if (properties)
       for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
        if (properties[keys[i]] != null && keys[i] !== "__proto__")
         this[keys[i]] = properties[keys[i]];
     };

     PeerUpdate.prototype.id = $util.newBuffer([]);
     PeerUpdate.prototype.node = null;
     PeerUpdate.prototype.kind = 0;
     PeerUpdate.prototype.reason = "";

     PeerUpdate.create = function(properties) {
      return new PeerUpdate(properties);
     };

     PeerUpdate.encode = function (message, writer, _depth) {
      if (!writer)
       writer = $Writer.create();
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $util.recursionLimit)
       throw $Error("max depth exceeded");
      if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
       writer.uint32(10).bytes(message.id);
      if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
       $root.coder.tailnet.v2.Node.encode(message.node, writer.uint32(18).fork(), _depth + 1).ldelim();
      if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
       writer.uint32(24).int32(message.kind);
      if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
       writer.uint32(34).string(message.reason);
      if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
       for (let i = 0; i < message.$unknowns.length; ++i)
        writer.raw(message.$unknowns[i]);
      return writer;
     };

     PeerUpdate.decode = function (reader, length, _end, _depth, _target) {
      if (!(reader instanceof $Reader))
       reader = $boundedReader(reader);
      if (_depth === $undefined)
       _depth = 0;
      if (_depth > $Reader.recursionLimit)
       throw $Error("max depth exceeded");
      let end, message, value;
      if (length === $undefined)
       end = reader.len;
      else {
       end = reader.pos + length;
       if (end > reader.len)
        throw $RangeError("index out of range");
       length = reader.len;
       reader.len = end;
      }
      message = _target || new $root.coder.tailnet.v2.CoordinateResponse.PeerUpdate();
      while (reader.pos < end) {
       let start = reader.pos;
       let tag = reader.tag();
       if (tag === _end) {
        _end = $undefined;
        break;
       }
       let wireType = tag & 7;
       switch (tag >>>= 3) {
       case 1: {
         if (wireType !== 2)
          break;
         if ((value = reader.bytes()).length)
          message.id = value;
         else
          delete message.id;
         continue;
        }
       case 2: {
         if (wireType !== 2)
          break;
         message.node = $root.coder.tailnet.v2.Node.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
         continue;
        }
       case 3: {
         if (wireType !== 0)
          break;
         if (value = reader.int32())
          message.kind = value;
         else
          delete message.kind;
         continue;
        }
       case 4: {
         if (wireType !== 2)
          break;
         if ((value = reader.string()).length)
          message.reason = value;
         else
          delete message.reason;
         continue;
        }
       }
       reader.skipType(wireType, _depth, tag);
       if (!reader.discardUnknown) {
        $util.makeProp(message, "$unknowns", false);
        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
       }
      }
      if (length !== $undefined) {
       if (reader.pos !== end)
        throw $RangeError("index out of range");
       reader.len = length;
      }
      if (_end !== $undefined)
       throw $Error("missing end group");
      return message;
     };

     PeerUpdate.Kind = (function() {
      const valuesById = $Object.create(null), values = $Object.create(valuesById);
      values[valuesById[0] = "KIND_UNSPECIFIED"] = 0;
      values[valuesById[1] = "NODE"] = 1;
      values[valuesById[2] = "DISCONNECTED"] = 2;
      values[valuesById[3] = "LOST"] = 3;
      values[valuesById[4] = "READY_FOR_HANDSHAKE"] = 4;
      return values;
     })();

     return PeerUpdate;
    })();

    return CoordinateResponse;
   })();

   v2.TelemetryEvent = (function() {

    const TelemetryEvent = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    TelemetryEvent.create = function(properties) {
     return new TelemetryEvent(properties);
    };

    TelemetryEvent.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    TelemetryEvent.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.TelemetryEvent();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return TelemetryEvent;
   })();

   v2.TelemetryRequest = (function() {

    const TelemetryRequest = function (properties) {
     this.events = [];
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    TelemetryRequest.prototype.events = $util.emptyArray;

    TelemetryRequest.create = function(properties) {
     return new TelemetryRequest(properties);
    };

    TelemetryRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.events != null && message.events.length)
      for (let i = 0; i < message.events.length; ++i)
       $root.coder.tailnet.v2.TelemetryEvent.encode(message.events[i], writer.uint32(10).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    TelemetryRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.TelemetryRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if (!(message.events && message.events.length))
         message.events = [];
        message.events.push($root.coder.tailnet.v2.TelemetryEvent.decode(reader, reader.size(), $undefined, _depth + 1));
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return TelemetryRequest;
   })();

   v2.TelemetryResponse = (function() {

    const TelemetryResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    TelemetryResponse.create = function(properties) {
     return new TelemetryResponse(properties);
    };

    TelemetryResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    TelemetryResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.TelemetryResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return TelemetryResponse;
   })();

   v2.RefreshResumeTokenRequest = (function() {

    const RefreshResumeTokenRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    RefreshResumeTokenRequest.create = function(properties) {
     return new RefreshResumeTokenRequest(properties);
    };

    RefreshResumeTokenRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    RefreshResumeTokenRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.RefreshResumeTokenRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return RefreshResumeTokenRequest;
   })();

   v2.RefreshResumeTokenResponse = (function() {

    const RefreshResumeTokenResponse = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    RefreshResumeTokenResponse.prototype.token = "";
    RefreshResumeTokenResponse.prototype.refreshIn = null;
    RefreshResumeTokenResponse.prototype.expiresAt = null;

    RefreshResumeTokenResponse.create = function(properties) {
     return new RefreshResumeTokenResponse(properties);
    };

    RefreshResumeTokenResponse.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
      writer.uint32(10).string(message.token);
     if (message.refreshIn != null && $Object.hasOwnProperty.call(message, "refreshIn"))
      $root.google.protobuf.Duration.encode(message.refreshIn, writer.uint32(18).fork(), _depth + 1).ldelim();
     if (message.expiresAt != null && $Object.hasOwnProperty.call(message, "expiresAt"))
      $root.google.protobuf.Timestamp.encode(message.expiresAt, writer.uint32(26).fork(), _depth + 1).ldelim();
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    RefreshResumeTokenResponse.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message, value;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.RefreshResumeTokenResponse();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      let wireType = tag & 7;
      switch (tag >>>= 3) {
      case 1: {
        if (wireType !== 2)
         break;
        if ((value = reader.string()).length)
         message.token = value;
        else
         delete message.token;
        continue;
       }
      case 2: {
        if (wireType !== 2)
         break;
        message.refreshIn = $root.google.protobuf.Duration.decode(reader, reader.size(), $undefined, _depth + 1, message.refreshIn);
        continue;
       }
      case 3: {
        if (wireType !== 2)
         break;
        message.expiresAt = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.expiresAt);
        continue;
       }
      }
      reader.skipType(wireType, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return RefreshResumeTokenResponse;
   })();

   v2.WorkspaceUpdatesRequest = (function() {

    const WorkspaceUpdatesRequest = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceUpdatesRequest.create = function(properties) {
     return new WorkspaceUpdatesRequest(properties);
    };

    WorkspaceUpdatesRequest.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceUpdatesRequest.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.WorkspaceUpdatesRequest();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceUpdatesRequest;
   })();

   v2.WorkspaceUpdate = (function() {

    const WorkspaceUpdate = function (properties) {
     if (properties)
      for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
       if (properties[keys[i]] != null && keys[i] !== "__proto__")
        this[keys[i]] = properties[keys[i]];
    };

    WorkspaceUpdate.create = function(properties) {
     return new WorkspaceUpdate(properties);
    };

    WorkspaceUpdate.encode = function (message, writer, _depth) {
     if (!writer)
      writer = $Writer.create();
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $util.recursionLimit)
      throw $Error("max depth exceeded");
     if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
      for (let i = 0; i < message.$unknowns.length; ++i)
       writer.raw(message.$unknowns[i]);
     return writer;
    };

    WorkspaceUpdate.decode = function (reader, length, _end, _depth, _target) {
     if (!(reader instanceof $Reader))
      reader = $boundedReader(reader);
     if (_depth === $undefined)
      _depth = 0;
     if (_depth > $Reader.recursionLimit)
      throw $Error("max depth exceeded");
     let end, message;
     if (length === $undefined)
      end = reader.len;
     else {
      end = reader.pos + length;
      if (end > reader.len)
       throw $RangeError("index out of range");
      length = reader.len;
      reader.len = end;
     }
     message = _target || new $root.coder.tailnet.v2.WorkspaceUpdate();
     while (reader.pos < end) {
      let start = reader.pos;
      let tag = reader.tag();
      if (tag === _end) {
       _end = $undefined;
       break;
      }
      reader.skipType(tag & 7, _depth, tag);
      if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
     }
     if (length !== $undefined) {
      if (reader.pos !== end)
       throw $RangeError("index out of range");
      reader.len = length;
     }
     if (_end !== $undefined)
      throw $Error("missing end group");
     return message;
    };

    return WorkspaceUpdate;
   })();

   return v2;
  })();

  return tailnet;
 })();

 return coder;
})();

export const google = $root.google = (() => {

 const google = {};

 google.protobuf = (function() {

  const protobuf = {};

  protobuf.Duration = (function() {

   const Duration = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Duration.prototype.seconds = 0;
   Duration.prototype.nanos = 0;

   Duration.create = function(properties) {
    return new Duration(properties);
   };

   Duration.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && (typeof message.seconds === "object" ? message.seconds.low || message.seconds.high : message.seconds !== 0))
     writer.uint32(8).int64(message.seconds);
    if (message.nanos != null && $Object.hasOwnProperty.call(message, "nanos") && message.nanos !== 0)
     writer.uint32(16).int32(message.nanos);
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Duration.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $boundedReader(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message, value;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.google.protobuf.Duration();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
        message.seconds = value;
       else
        delete message.seconds;
       continue;
      }
     case 2: {
       if (wireType !== 0)
        break;
       if (value = reader.int32())
        message.nanos = value;
       else
        delete message.nanos;
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Duration;
  })();

  protobuf.Empty = (function() {

   const Empty = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Empty.create = function(properties) {
    return new Empty(properties);
   };

   Empty.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Empty.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $boundedReader(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.google.protobuf.Empty();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     reader.skipType(tag & 7, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Empty;
  })();

  protobuf.Timestamp = (function() {

   const Timestamp = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Timestamp.prototype.seconds = 0;
   Timestamp.prototype.nanos = 0;

   Timestamp.create = function(properties) {
    return new Timestamp(properties);
   };

   Timestamp.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && (typeof message.seconds === "object" ? message.seconds.low || message.seconds.high : message.seconds !== 0))
     writer.uint32(8).int64(message.seconds);
    if (message.nanos != null && $Object.hasOwnProperty.call(message, "nanos") && message.nanos !== 0)
     writer.uint32(16).int32(message.nanos);
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Timestamp.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $boundedReader(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message, value;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.google.protobuf.Timestamp();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       if (typeof (value = $toNumber(reader.int64())) === "object" ? value.low || value.high : value !== 0)
        message.seconds = value;
       else
        delete message.seconds;
       continue;
      }
     case 2: {
       if (wireType !== 0)
        break;
       if (value = reader.int32())
        message.nanos = value;
       else
        delete message.nanos;
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Timestamp;
  })();

  return protobuf;
 })();

 return google;
})();

export {
  $root as default
};
