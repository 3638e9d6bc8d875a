/* Stryker's runner asks for modules of Mocha without their extension, and Mocha 12 has named them `.cjs`. */
const Module = require("node:module");

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
    const isOfMocha = /[\\/]mocha[\\/]lib[\\/]cli[\\/][a-z-]+$/.test(request);
    return resolve.call(this, isOfMocha ? `${request}.cjs` : request, ...rest);
};
