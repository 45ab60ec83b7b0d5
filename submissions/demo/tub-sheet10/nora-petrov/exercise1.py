import math
import torch


def _log_phi(mu, sigma, t):
    c = t.shape[0]
    return -((mu - t) ** 2).sum(1) / (2 * sigma**2) - c * torch.log(sigma) - c / 2 * math.log(2 * math.pi)


def mdn_error(alpha, mu, sigma, t):
    return -torch.logsumexp(torch.log(alpha) + _log_phi(mu, sigma, t), 0)


def posterior(alpha, mu, sigma, t):
    return torch.softmax(torch.log(alpha) + _log_phi(mu, sigma, t), 0)


def d_error_d_alpha(alpha, mu, sigma, t):
    return -torch.exp(_log_phi(mu, sigma, t) + mdn_error(alpha, mu, sigma, t))


def d_error_d_mu(alpha, mu, sigma, t):
    return (posterior(alpha, mu, sigma, t) / sigma**2)[:, None] * (mu - t)


def d_error_d_logits(logits, mu, sigma, t):
    return torch.softmax(logits, 0) - torch.softmax(logits + _log_phi(mu, sigma, t), 0)
