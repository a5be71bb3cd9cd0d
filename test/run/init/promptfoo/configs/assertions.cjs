module.exports = (output, context) => output.length <= context.vars.most;
module.exports.isLoud = (output) => output === output.toUpperCase();
